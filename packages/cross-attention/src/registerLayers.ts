import { serialization } from '@tensorflow/tfjs-core';
import { CrossModalAttention } from './CrossModalAttention.js';
import { PooledCrossModalAttention } from './PooledCrossModalAttention.js';

/**
 * Makes this package's layers known to `tf.loadLayersModel`, which finds classes by name.
 *
 * Call it once before loading a saved `tf.model` that contains one of them; nothing registers itself at load time.
 * Calling it again changes nothing.
 */
export function registerLayers(): void {
  serialization.registerClass(CrossModalAttention);
  serialization.registerClass(PooledCrossModalAttention);
}
