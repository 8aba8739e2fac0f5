import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LabelEncoder } from '@crossmodal/dataset';
import { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { AutoImageEncoder, ImageProcessor } from '@crossmodal/image-encoder';
import { AutoTextEncoder, TextTokenizer } from '@crossmodal/text-encoder';
import { ConfigError } from '../config/ConfigError.js';
import { usesImages } from './buildModel.js';
import type { TrainedParts } from './saveCheckpoint.js';

/** A trained model with everything it needs to read new rows. */
export interface LoadedModel extends TrainedParts {
  readonly labels: LabelEncoder;
  readonly maxLength: number;
  /** Side of the image encoder's patches in prepared pixels; absent for a text-only model. */
  readonly patchSize: number | undefined;
  /** The checkpoint folder that was read. */
  readonly checkpoint: string;
}

/**
 * Finds the checkpoint of a run folder (its best one), of a pointer, or takes a checkpoint folder as it is.
 *
 * @param path - run folder or checkpoint folder
 * @throws {@link ConfigError} when neither a run nor a checkpoint lies there
 */
export function findCheckpoint(path: string, which: 'best' | 'last' = 'best'): string {
  const folder = resolve(path);
  if (existsSync(join(folder, 'model.safetensors'))) return folder;
  const pointer = join(folder, 'checkpoints', `${which}.json`);
  if (!existsSync(pointer)) {
    throw new ConfigError(
      `${path}: expected a run folder (with checkpoints/${which}.json) or a checkpoint folder (with model.safetensors), found neither.`,
    );
  }
  const { checkpoint } = JSON.parse(readFileSync(pointer, 'utf8')) as { checkpoint: string };
  return join(folder, 'checkpoints', checkpoint);
}

/** Loads a checkpoint: model, tokenizer, image processor and labels. The caller disposes the model. */
export async function loadCheckpoint(checkpoint: string): Promise<LoadedModel> {
  let patchSize: number | undefined;
  const model = await MultimodalSentimentModel.load(checkpoint, {
    text: AutoTextEncoder,
    image: {
      load: async (folder) => {
        const encoder = await AutoImageEncoder.load(folder);
        ({ patchSize } = encoder.config);
        return encoder;
      },
    },
  });
  const tokenizer = await TextTokenizer.load(join(checkpoint, 'text-encoder'));
  const processor = usesImages(model.config.fusionStrategy)
    ? await ImageProcessor.load(join(checkpoint, 'image-encoder'))
    : undefined;
  const labels = LabelEncoder.fromJSON({ id2label: model.config.id2label });
  return { model, tokenizer, processor, patchSize, labels, maxLength: tokenizer.modelMaxLength, checkpoint };
}
