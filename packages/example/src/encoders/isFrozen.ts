import type { ImageEncoder, TextEncoder } from '@crossmodal/fusion-model';

/** Whether nothing of an encoder is trained. */
export function isFrozen(encoder: TextEncoder | ImageEncoder): boolean {
  return [...encoder.namedParameters().values()].every(({ trainable }) => !trainable);
}
