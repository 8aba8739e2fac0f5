import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { startBackend } from '@crossmodal/backends';
import {
  AutoImageEncoder,
  imageArchitectures,
  ImageProcessor,
  type ImageProcessorConfig,
} from '@crossmodal/image-encoder';
import { type Module, parameterShapes } from '@crossmodal/layers';
import { AutoTextEncoder, textArchitectures, TextTokenizer } from '@crossmodal/text-encoder';
import { openFolder, selectDescriptions, selectModelFiles } from '@crossmodal/weights';
import type { OnRunEvent } from '../run/RunEvent.js';
import { holdsImageProcessor } from './loadImageProcessor.js';
import { locateModel, type ModelRecord, type ModelSettings } from './locateModel.js';
import { readEncoderSizes, type EncoderSizes } from './readEncoderSizes.js';

/** One of a model's encoders. */
export interface EncoderFacts {
  readonly sizes: EncoderSizes;
  /** How many numbers were loaded; absent where the weights are not on this machine or do not load. */
  readonly parameters?: number | undefined;
}

/** What a model is, and whether it can be used here. */
export interface ModelFacts extends ModelRecord {
  readonly modelType: string;
  /** Files with weights on this machine. */
  readonly weights: readonly { readonly name: string; readonly bytes: number }[];
  readonly text?: EncoderFacts | undefined;
  readonly image?: EncoderFacts | undefined;
  readonly tokenizer?:
    | { readonly vocabularySize: number; readonly modelMaxLength: number; readonly example: readonly string[] }
    | undefined;
  readonly pixels?: ImageProcessorConfig | undefined;
  /** Why it cannot be used, or not in full; empty if it can. */
  readonly problems: readonly string[];
}

/** Options of {@link inspectModel}. */
export interface InspectModelOptions extends ModelSettings {
  /** Whether weights that are not on this machine are fetched; default false. */
  readonly download?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Shows how words are cut. */
const EXAMPLE = 'A naïve lamp, unbreakable 👍🏽';

/**
 * Describes a model: reads its small files, and loads the weights if they are on this machine.
 *
 * @param reference - folder, or `organization/name[@revision]`
 * @throws HubError when it cannot be had
 */
export async function inspectModel(
  reference: string,
  { download = false, signal, ...settings }: InspectModelOptions,
  onEvent: OnRunEvent,
): Promise<ModelFacts> {
  const select = download ? selectModelFiles : selectDescriptions;
  const record = await locateModel(reference, settings, onEvent, { signal, select });
  const { folder } = record;
  const config = await openFolder(folder).readJson('config.json');
  const modelType = typeof config === 'object' && config !== null && 'model_type' in config ? config.model_type : '';
  const available = readdirSync(folder);
  const descriptions = selectDescriptions(available);
  const weights = selectModelFiles(available)
    .filter((name) => !descriptions.includes(name) && !name.endsWith('.json'))
    .map((name) => ({ name, bytes: statSync(join(folder, name)).size }));
  const problems: string[] = [];
  const attempt = async <T>(action: () => Promise<T>): Promise<T | undefined> =>
    action().catch((error: unknown) => {
      problems.push(error instanceof Error ? error.message : String(error));
      return undefined;
    });
  const describe = async (side: 'text' | 'image', load: () => Promise<Module>): Promise<EncoderFacts> => ({
    sizes: readEncoderSizes(config, side),
    parameters: weights.length > 0 ? await attempt(() => countParameters(load)) : undefined,
  });

  if (weights.length > 0) await startBackend('cpu');
  const isText = String(modelType) in textArchitectures;
  const isImage = String(modelType) in imageArchitectures;
  if (!isText && !isImage) {
    problems.push(
      `model_type "${String(modelType)}" is not known here. Text encoders: ${Object.keys(textArchitectures).join(', ')}; ` +
        `image encoders: ${Object.keys(imageArchitectures).join(', ')}.`,
    );
  }
  return {
    ...record,
    modelType: String(modelType),
    weights,
    text: isText ? await describe('text', () => AutoTextEncoder.load(folder)) : undefined,
    image: isImage ? await describe('image', () => AutoImageEncoder.load(folder)) : undefined,
    tokenizer: isText ? await attempt(() => describeTokenizer(folder)) : undefined,
    pixels:
      isImage && holdsImageProcessor(folder)
        ? await attempt(async () => (await ImageProcessor.load(folder)).config)
        : undefined,
    problems,
  };
}

async function countParameters(load: () => Promise<Module>): Promise<number> {
  const encoder = await load();
  const sizes = [...parameterShapes(encoder).values()].map((shape) => shape.reduce((a, b) => a * b, 1));
  encoder.dispose();
  return sizes.reduce((a, b) => a + b, 0);
}

async function describeTokenizer(folder: string): Promise<ModelFacts['tokenizer']> {
  const tokenizer = await TextTokenizer.load(folder);
  const { vocabularySize, modelMaxLength } = tokenizer;
  return { vocabularySize, modelMaxLength, example: tokenizer.encode(EXAMPLE).tokens };
}
