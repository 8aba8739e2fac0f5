import { getBackend } from '@tensorflow/tfjs-core';
import type { EncodedBatch } from './EncodedBatch.js';

/**
 * Gives each batch on and frees its pixels as soon as the next one is asked for.
 *
 * They are the largest arrays of a step. Left to the garbage collector, they would call it every few steps, and it looks through all that the program holds, such as the rows
 * of the data: the more rows, the longer each step. No array is used again, so nobody ever sees the pixels of another batch: one that is freed has no values left, and
 * making tensors of it throws.
 *
 * Only on `onnxruntime`, which reads arrays while it is called. Other backends may still read them when their tensors are gone, so there the collector frees them.
 *
 * @param batches - whoever takes one has disposed its tensors before asking for the next, and keeps nothing but what was computed from it
 */
export async function* freePixelsAfterUse(batches: AsyncIterable<EncodedBatch>): AsyncGenerator<EncodedBatch, void> {
  for await (const batch of batches) {
    try {
      yield batch;
    } finally {
      if (batch.pixelValues && getBackend() === 'onnxruntime') free(batch.pixelValues.buffer);
    }
  }
}

/** Memory that is sent belongs to the message, and that of a closed port goes nowhere. Node 20 has no `ArrayBuffer.prototype.transfer`. */
function free(buffer: ArrayBufferLike): void {
  const { port1 } = new MessageChannel();
  port1.close();
  port1.postMessage(undefined, [buffer as ArrayBuffer]); // no pixels are shared between threads
}
