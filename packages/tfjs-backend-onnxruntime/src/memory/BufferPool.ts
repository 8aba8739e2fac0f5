/** Buffers of at least this many bytes are kept for reuse; for smaller ones the bookkeeping would cost more than it saves. */
const smallest = 2 ** 14;
/** Sizes are rounded up to this many bytes, so that nearly equal ones share buffers. */
const granularity = 2 ** 12;
/** As much as this is kept in any case. */
const usualRoom = 2 ** 26;

interface Loan {
  /** Something else may hold the buffer: it is left to the garbage collector. */
  escaped: boolean;
}

/**
 * Buffers that are used again.
 *
 * The first touch of fresh memory costs milliseconds for a large tensor, because the system hands out every page on its own. A training step asks
 * for the same sizes again and again, so released buffers are kept by size. What is kept and what is lent together stay below a little more than the
 * most that was ever lent, or below a fixed room: small models with batches of several lengths find buffers of all their sizes again. Otherwise each step would make
 * some anew, and the garbage collector, which new buffers call, looks through all that a program holds, such as the rows of its data. The oldest kept buffers go first.
 */
export class BufferPool {
  readonly #kept = new Map<number, ArrayBuffer[]>();
  readonly #loans = new WeakMap<ArrayBuffer, Loan>();
  readonly #room: number;
  #keptBytes = 0;
  #lentBytes = 0;
  #mostLentBytes = 0;

  /** @param room - bytes that may be kept and lent however little was lent before */
  constructor(room = usualRoom) {
    this.#room = room;
  }

  /** Bytes that wait for reuse. */
  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** Bytes that are in use. */
  get lentBytes(): number {
    return this.#lentBytes;
  }

  /**
   * A buffer of at least this many bytes; its contents are undefined.
   *
   * @param bytes - above or equal to 0
   */
  acquire(bytes: number): ArrayBuffer {
    if (bytes < smallest) return new ArrayBuffer(bytes);
    const size = Math.ceil(bytes / granularity) * granularity;
    const buffer = this.#take(size) ?? new ArrayBuffer(size);
    this.#loans.set(buffer, { escaped: false });
    this.#lentBytes += size;
    this.#mostLentBytes = Math.max(this.#mostLentBytes, this.#lentBytes);
    this.#trim();
    return buffer;
  }

  /** Whether the buffer came from here. */
  owns(buffer: ArrayBufferLike): boolean {
    return this.#loans.has(buffer as ArrayBuffer); // a shared buffer is never in the map
  }

  /** Whether the buffer came from here, and nobody else holds it. */
  isPrivate(buffer: ArrayBufferLike): boolean {
    return this.#loans.get(buffer as ArrayBuffer)?.escaped === false; // a shared buffer is never in the map
  }

  /** Says that something else holds the buffer now, so that it is never lent again. */
  letGo(buffer: ArrayBufferLike): void {
    const loan = this.#loans.get(buffer as ArrayBuffer); // a shared buffer is never in the map
    if (loan) loan.escaped = true;
  }

  /** Gives a buffer back. One that did not come from here is left alone. */
  release(buffer: ArrayBufferLike): void {
    const own = buffer as ArrayBuffer; // a shared buffer is never in the map
    const loan = this.#loans.get(own);
    if (!loan) return;
    this.#loans.delete(own);
    const size = own.byteLength;
    this.#lentBytes -= size;
    if (loan.escaped) return;
    const kept = this.#kept.get(size);
    if (kept) kept.push(own);
    else this.#kept.set(size, [own]);
    this.#keptBytes += size;
  }

  /** Forgets everything that waits for reuse. */
  clear(): void {
    this.#kept.clear();
    this.#keptBytes = 0;
    this.#mostLentBytes = this.#lentBytes;
  }

  #take(size: number): ArrayBuffer | undefined {
    const kept = this.#kept.get(size);
    const buffer = kept?.pop();
    if (!kept || !buffer) return undefined;
    this.#keptBytes -= size;
    // The map's order is the order of last use.
    this.#kept.delete(size);
    if (kept.length > 0) this.#kept.set(size, kept);
    return buffer;
  }

  #trim(): void {
    const limit = Math.max(this.#room, this.#mostLentBytes * 1.125);
    for (const [size, kept] of this.#kept) {
      while (kept.length > 0 && this.#lentBytes + this.#keptBytes > limit) {
        kept.pop();
        this.#keptBytes -= size;
      }
      if (kept.length > 0) return;
      this.#kept.delete(size);
    }
  }
}
