import { createHash } from 'node:crypto';
import type { ImageEncoder, TextEncoder } from '@crossmodal/fusion-model';
import { onnxRuntimeVersion } from '@crossmodal/tfjs-backend-onnxruntime/runtime';
import { FeatureCache } from '@crossmodal/training';
import { getBackend } from '@tensorflow/tfjs-core';
import type { TrainConfig } from '../config/TrainConfig.js';
import type { BatchSource } from '../pipeline/sampleBatches.js';
import { featureDirectory } from './featureDirectory.js';
import { keptNames } from './keptNames.js';

/** Goes up when an encoder gives other bits for the same input, so that no features of an older version are used. */
const FEATURES_VERSION = 1;

/**
 * Opens the cache of one side: its features are those of these weights, in this preparation, computed by this engine: ONNX Runtime or a TensorFlow.js
 * backend, which agree to some digits only.
 *
 * Samples are known by token ids or prepared pixels, so that the tokenizer and the cropping are in their names already.
 */
export async function openFeatureCache(
  side: 'text' | 'image',
  encoder: TextEncoder | ImageEncoder,
  config: Pick<TrainConfig, 'cacheDir' | 'featurePrecision' | 'fusionStrategy'>,
  { processor, encoders }: Pick<BatchSource, 'processor' | 'encoders'>,
): Promise<FeatureCache> {
  return FeatureCache.open({
    directory: featureDirectory(config, process.env),
    precision: config.featurePrecision,
    identity: {
      version: FEATURES_VERSION,
      features: keptNames(side, config.fusionStrategy).join(' '),
      encoder: hashFiles(await encoder.files()),
      backend: encoders?.[side] ? `onnxruntime-node ${onnxRuntimeVersion}` : getBackend(),
      ...(side === 'image' && processor ? { processor: hashFiles(processor.files()) } : {}),
    },
  });
}

function hashFiles(files: ReadonlyMap<string, Uint8Array | string>): string {
  const hash = createHash('sha256');
  for (const [name, contents] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(JSON.stringify([name, contents.length])).update(contents);
  }
  return hash.digest('hex');
}
