import { deriveSeed, observeSeeds, type SeedKeys, seedKeys } from './deriveSeed.js';

/**
 * How a computation derives its seeds from one seed, so that they can be derived from another one without the computation.
 *
 * @example
 * const trace = new SeedTrace();
 * trace.observe(() => dropout(x, 0.1, deriveSeed(1, 'embeddings')));
 * trace.rederive(seedKeys(deriveSeed(1, 'embeddings')), 1, 2); // those of deriveSeed(2, 'embeddings')
 */
export class SeedTrace {
  readonly #origins = new Map<number, { readonly seed: number; readonly salts: readonly (number | string)[] }>();
  readonly #seeds = new Map<string, number>();

  /** Runs a synchronous function and notes the seeds that it derives. */
  observe<T>(run: () => T): T {
    const observer = {
      derived: (seed: number, salts: readonly (number | string)[], derived: number) =>
        void this.#origins.set(derived, { seed, salts }),
      keyed: (seed: number, keys: SeedKeys) => void this.#seeds.set(nameOf(keys), seed),
    };
    return observeSeeds(observer, run);
  }

  /**
   * The keys that the computation would have used in place of these, had it begun with another seed.
   *
   * @param keys - that it used
   * @param from - the seed with which it began
   * @param to - the other seed
   * @returns undefined when these keys do not come from the seed with which it began
   */
  rederive(keys: SeedKeys, from: number, to: number): SeedKeys | undefined {
    const seed = this.#seeds.get(nameOf(keys));
    if (seed === undefined) return undefined;
    const path = this.#pathTo(seed, from);
    return path && seedKeys(path.reduce((current, salts) => deriveSeed(current, ...salts), to));
  }

  /** The salts of each derivation between two seeds. */
  #pathTo(seed: number, from: number): (readonly (number | string)[])[] | undefined {
    const path: (readonly (number | string)[])[] = [];
    let current = seed;
    while (current !== from) {
      const origin = this.#origins.get(current);
      // More steps than derivations would be a circle.
      if (!origin || path.length > this.#origins.size) return undefined;
      path.unshift(origin.salts);
      current = origin.seed;
    }
    return path;
  }
}

function nameOf({ first, second }: SeedKeys): string {
  return `${first} ${second}`;
}
