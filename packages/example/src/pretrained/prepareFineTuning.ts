import { addLora, type Module, trainLastBlocks } from '@crossmodal/layers';
import { ConfigError } from '../config/ConfigError.js';
import type { TrainConfig } from '../config/TrainConfig.js';

/** Queries and values, under their names in BERT, DistilBERT, ViT and CLIP: what Hu et al. 2021, section 7.1, found best for its size. */
const LORA_TARGETS = /(?:^|\.)(?:query|value|[qv]_(?:proj|lin))$/;

/**
 * Decides how much of a pretrained encoder is trained: low-rank adapters, the last blocks, or all of it.
 *
 * @throws ConfigError when the encoder has fewer blocks than are asked for
 */
export function prepareFineTuning(
  encoder: Module,
  {
    lora,
    loraAlpha,
    trainLastBlocks: count,
    seed,
  }: Pick<TrainConfig, 'lora' | 'loraAlpha' | 'trainLastBlocks' | 'seed'>,
): void {
  try {
    if (lora !== undefined) addLora(encoder, { rank: lora, alpha: loraAlpha ?? 2 * lora, targets: LORA_TARGETS, seed });
    if (count !== undefined) trainLastBlocks(encoder, count);
  } catch (error) {
    if (error instanceof RangeError) throw new ConfigError(`config: ${error.message}`, { cause: error });
    throw error;
  }
}
