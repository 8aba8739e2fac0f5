import { deriveSeed } from '@crossmodal/layers';

/** Uniform numbers in [0, 1) from a seed and a purpose: the n-th number is a pure function of both. */
export function seededRandom(seed: number, purpose: string): () => number {
  const base = deriveSeed(seed, purpose);
  let n = 0;
  return () => deriveSeed(base, n++) / 2 ** 32;
}
