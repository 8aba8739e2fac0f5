/** A merge that waits: the pair that begins at a position. */
export interface WaitingMerge {
  readonly rank: number;
  readonly position: number;
}

/** A binary heap that gives the merge of the lowest rank, of several the leftmost. */
export class MergeQueue {
  /** `rank * positions + position`: one number orders both, exact up to 2^53. */
  readonly #heap: number[] = [];
  readonly #positions: number;

  /** @param positions - every position is below */
  constructor(positions: number) {
    this.#positions = positions;
  }

  push(rank: number, position: number): void {
    const heap = this.#heap;
    const key = rank * this.#positions + position;
    let i = heap.length;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent] ?? 0;
      if (above <= key) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = key;
  }

  pop(): WaitingMerge | undefined {
    const heap = this.#heap;
    const key = heap[0];
    const last = heap.pop();
    if (key === undefined || last === undefined) return undefined;
    if (heap.length > 0) this.#sink(last);
    return { rank: Math.floor(key / this.#positions), position: key % this.#positions };
  }

  #sink(key: number): void {
    const heap = this.#heap;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if ((heap[child + 1] ?? Infinity) < (heap[child] ?? Infinity)) child += 1;
      const below = heap[child];
      if (below === undefined || below >= key) break;
      heap[i] = below;
      i = child;
    }
    heap[i] = key;
  }
}
