/**
 * Derives a seed for one purpose from a seed for many: the same arguments give the same result on every machine.
 *
 * @param seed - any integer
 * @param salts - what the derived seed is for, in order, numbers being integers: `deriveSeed(seed, 'dropout', step)`
 * @returns integer in [0, 2^32)
 *
 * @example
 * deriveSeed(42, 'layer', 0) === deriveSeed(42, 'layer', 0); // true
 */
export function deriveSeed(seed: number, ...salts: readonly (number | string)[]): number {
  let bits = absorbNumber(0x9e3779b9, seed);
  for (const salt of salts) bits = typeof salt === 'number' ? absorbNumber(bits, salt) : absorbText(bits, salt);
  const derived = bits >>> 0;
  observer?.derived(seed, salts, derived);
  return derived;
}

/**
 * A uniform number for one place of one stream, without the numbers before it.
 *
 * @param seed - the stream, an integer
 * @param index - the place in it, an integer in [0, 2^32)
 * @returns number strictly between 0 and 1
 */
export function uniformAt(seed: number, index: number): number {
  return (bitsAt(seedKeys(seed), index) + 0.5) / 2 ** 32;
}

/** Two independent keys of a seed, computed once per stream. */
export interface SeedKeys {
  readonly first: number;
  readonly second: number;
}

/** The keys that {@link bitsAt} mixes with each place. */
export function seedKeys(seed: number): SeedKeys {
  const first = mixBits(seed | 0);
  const keys = { first, second: mixBits(first ^ 0x6a09e667 ^ Math.floor(seed / 2 ** 32)) };
  observer?.keyed(seed, keys);
  return keys;
}

/** Hears which seeds come from which. */
export interface SeedObserver {
  /** A seed came from another one. */
  derived(seed: number, salts: readonly (number | string)[], derived: number): void;
  /** The keys of a seed were asked for. */
  keyed(seed: number, keys: SeedKeys): void;
}

let observer: SeedObserver | undefined;

/** Tells an observer of all seeds that a synchronous function derives. */
export function observeSeeds<T>(observing: SeedObserver, run: () => T): T {
  const outer = observer;
  observer = observing;
  try {
    return run();
  } finally {
    observer = outer;
  }
}

/** 32 mixed bits as an unsigned integer: the "lowbias32" constants of Wellons 2018, https://nullprogram.com/blog/2018/07/31/ */
export function bitsAt({ first, second }: SeedKeys, index: number): number {
  let bits = index ^ first;
  bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  // The second key keeps streams of related seeds from being permutations of each other.
  bits = Math.imul((bits + second) ^ (bits >>> 15), 0x735a2d97);
  return (bits ^ (bits >>> 15)) >>> 0;
}

function absorbNumber(bits: number, salt: number): number {
  // Marks the kind, so that 1 and '1' differ.
  return mixBits(mixBits(bits ^ 0x3c6ef372 ^ (salt | 0)) ^ Math.floor(salt / 2 ** 32));
}

function absorbText(bits: number, salt: string): number {
  for (let i = 0; i < salt.length; i += 1) bits = mixBits(bits ^ salt.charCodeAt(i));
  // The length keeps ('ab', 'c') and ('a', 'bc') apart.
  return mixBits(bits ^ 0x5be0cd19 ^ salt.length);
}

function mixBits(bits: number): number {
  bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return bits ^ (bits >>> 15);
}
