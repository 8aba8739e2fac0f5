/** From when to when a value is needed. */
export interface Lifetime {
  /** Bytes that it holds meanwhile. */
  bytes: number;
  readonly from: number;
  to: number;
}

/** How much memory the values of a computation need together at its fullest, when each is freed after its last use. */
export class LivePeak {
  readonly #lifetimes: Lifetime[] = [];
  #now = 0;

  /** The next operation begins. */
  advance(): void {
    this.#now += 1;
  }

  /**
   * A value comes into being.
   *
   * @param bytes - its size; 0 for what lies in memory of somebody else
   */
  begin(bytes: number): Lifetime {
    const lifetime = { bytes, from: this.#now, to: this.#now };
    this.#lifetimes.push(lifetime);
    return lifetime;
  }

  /** A value is used. */
  use(lifetime: Lifetime): void {
    lifetime.to = this.#now;
  }

  /** Bytes. */
  get bytes(): number {
    const changes = new Float64Array(this.#now + 2);
    for (const { bytes, from, to } of this.#lifetimes) {
      changes[from] = (changes[from] ?? 0) + bytes;
      changes[to + 1] = (changes[to + 1] ?? 0) - bytes;
    }
    let [live, peak] = [0, 0];
    for (const change of changes) {
      live += change;
      peak = Math.max(peak, live);
    }
    return peak;
  }
}
