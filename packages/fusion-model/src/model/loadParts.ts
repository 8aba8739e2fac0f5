import { loadParameters, type Module, parameterShapes } from '@crossmodal/layers';
import { type CheckpointFolder, type NameMap, openFolder, openWeights, subfolder } from '@crossmodal/weights';
import { readConfigFile } from '../config/configFile.js';
import { fusionStrategies } from '../config/FusionStrategy.js';
import type { MultimodalSentimentOptions } from '../config/MultimodalSentimentConfig.js';
import type { ImageEncoder } from '../encoders/ImageEncoder.js';
import type { TextEncoder } from '../encoders/TextEncoder.js';
import { encoderFolders } from './modelFiles.js';

/** Loads one encoder from its own folder; `BertEncoder` and `ClipVisionEncoder` are such loaders. */
export interface EncoderLoader<E> {
  /** Makes the encoder from the files of its own folder. */
  load(folder: CheckpointFolder): Promise<E>;
}

/** Who loads the encoders of a checkpoint; those that its strategy does not use may be left out. */
export interface EncoderLoaders {
  readonly text?: EncoderLoader<TextEncoder> | undefined;
  readonly image?: EncoderLoader<ImageEncoder> | undefined;
}

/** What a model is built from. */
export interface LoadedParts {
  readonly folder: CheckpointFolder;
  readonly config: MultimodalSentimentOptions;
  readonly textEncoder: TextEncoder | undefined;
  readonly imageEncoder: ImageEncoder | undefined;
}

/** Reads the config of a checkpoint and loads the encoders that its strategy uses. */
export async function loadParts(
  source: string | URL | CheckpointFolder,
  loaders: EncoderLoaders,
): Promise<LoadedParts> {
  const folder = openFolder(source);
  const config = readConfigFile(await folder.readJson('config.json'), folder.location);
  const needs = fusionStrategies[config.fusionStrategy ?? 'cross-attention'];
  const text = needs.text ? present(loaders.text, 'text', folder.location) : undefined;
  const image = needs.image ? present(loaders.image, 'image', folder.location) : undefined;
  const textEncoder = await text?.load(subfolder(folder, encoderFolders.text));
  try {
    return { folder, config, textEncoder, imageEncoder: await image?.load(subfolder(folder, encoderFolders.image)) };
  } catch (error) {
    textEncoder?.dispose();
    throw error;
  }
}

/** Only the weights of fusion and classifier; the encoders have files of their own. */
const ownNames: NameMap = { ignore: [], rename: [] };

/** Reads `model.safetensors` into the fusion and the classifier of a model. */
export async function readFusionWeights(model: Module, folder: CheckpointFolder): Promise<void> {
  const expected = new Map([...parameterShapes(model)].filter(([path]) => /^(fusion|classifier)\./.test(path)));
  const weights = await openWeights(folder, ownNames, 'MultimodalSentimentModel');
  try {
    await loadParameters(model, { read: () => weights.read(expected) });
  } finally {
    await weights.close();
  }
}

function present<L>(loader: L | undefined, name: 'text' | 'image', location: string): L {
  if (loader === undefined) {
    throw new TypeError(
      `MultimodalSentimentModel.load: the model in ${location} needs ${name === 'text' ? 'a text' : 'an image'} encoder, got no loader. ` +
        `Pass { ${name}: ${name === 'text' ? 'BertEncoder' : 'ClipVisionEncoder'} }.`,
    );
  }
  return loader;
}
