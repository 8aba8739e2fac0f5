import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type AnyImageEncoder, AutoImageEncoder, type ImageProcessor } from '@crossmodal/image-encoder';
import { type AnyTextEncoder, AutoTextEncoder, TextTokenizer } from '@crossmodal/text-encoder';
import { ConfigError } from '../config/ConfigError.js';
import type { TrainConfig } from '../config/TrainConfig.js';
import { usesImages, usesText } from '../pipeline/buildModel.js';
import type { OnRunEvent } from '../run/RunEvent.js';
import { loadImageProcessor } from './loadImageProcessor.js';
import { prepareFineTuning } from './prepareFineTuning.js';
import { locateModel, type ModelRecord } from './locateModel.js';

/** A pretrained text encoder and how to feed it. */
interface PretrainedText {
  readonly encoder: AnyTextEncoder;
  /** Cuts texts to what both the settings and the encoder allow. */
  readonly tokenizer: TextTokenizer;
  readonly record: ModelRecord;
}

/** A pretrained image encoder and how to feed it. */
interface PretrainedImage {
  readonly encoder: AnyImageEncoder;
  readonly processor: ImageProcessor;
  readonly record: ModelRecord;
}

/** The sides that begin with published weights. The encoders belong to the caller. */
export interface Pretrained {
  readonly text: PretrainedText | undefined;
  readonly image: PretrainedImage | undefined;
}

/** Which models a run began with; kept in `models.json`. */
export interface ModelRecords {
  readonly text?: ModelRecord | undefined;
  readonly image?: ModelRecord | undefined;
}

/**
 * Loads what the settings name, and nothing that the strategy does not use.
 *
 * @param known - of a run that is continued: the same commits are taken, whatever a branch is now
 * @throws HubError when a model cannot be had
 * @throws ConfigError when its folder lacks a tokenizer
 */
export async function loadPretrained(
  config: TrainConfig,
  onEvent: OnRunEvent,
  { known = {}, signal }: { readonly known?: ModelRecords | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<Pretrained> {
  // A commit that is known wins over the branch in the name.
  const locate = (reference: string, commit: string | undefined): Promise<ModelRecord> =>
    commit === undefined
      ? locateModel(reference, config, onEvent, { signal })
      : locateModel(reference.replace(/@.*$/, ''), { ...config, revision: commit }, onEvent, { signal });
  const { textModel, imageModel, fusionStrategy } = config;
  let text: PretrainedText | undefined;
  let image: PretrainedImage | undefined;
  try {
    if (textModel !== undefined && usesText(fusionStrategy)) {
      text = await loadText(await locate(textModel, known.text?.commit), config);
      prepareFineTuning(text.encoder, config);
    }
    if (imageModel !== undefined && usesImages(fusionStrategy)) {
      image = await loadImage(await locate(imageModel, known.image?.commit), config, onEvent);
      prepareFineTuning(image.encoder, config);
    }
    return { text, image };
  } catch (error) {
    text?.encoder.dispose();
    image?.encoder.dispose();
    throw error;
  }
}

async function loadText(record: ModelRecord, { maxLength, textPooling }: TrainConfig): Promise<PretrainedText> {
  const { folder } = record;
  if (!['tokenizer.json', 'vocab.txt', 'vocab.json'].some((name) => existsSync(join(folder, name)))) {
    throw new ConfigError(
      `config: textModel: ${folder} must hold a tokenizer (tokenizer.json or vocab.txt), found none. Save the tokenizer beside the weights.`,
    );
  }
  const tokenizer = await TextTokenizer.load(folder);
  const encoder = await AutoTextEncoder.load(folder, { pooling: textPooling });
  const longest = Math.min(maxLength, tokenizer.modelMaxLength, encoder.maxLength);
  return { encoder, tokenizer: tokenizer.withModelMaxLength(longest), record };
}

async function loadImage(record: ModelRecord, config: TrainConfig, onEvent: OnRunEvent): Promise<PretrainedImage> {
  const encoder = await AutoImageEncoder.load(record.folder, { imageSize: config.imageSize });
  try {
    return { encoder, processor: await loadImageProcessor(record, encoder, config, onEvent), record };
  } catch (error) {
    encoder.dispose();
    throw error;
  }
}
