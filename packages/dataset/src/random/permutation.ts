import type { RandomStream } from './randomStream.js';

/** A random order of 0 to length - 1 (Fisher and Yates). */
export function permutation(length: number, random: RandomStream): Int32Array {
  const order = Int32Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const kept = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = kept;
  }
  return order;
}
