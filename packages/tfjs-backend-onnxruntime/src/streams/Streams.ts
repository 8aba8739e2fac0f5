import { streamsBytes } from './streamsBytes.js';

/** Values per piece: four pieces stay in a core's second cache. */
const pieceSize = 2 ** 13;
/**
 * Between pieces, in bytes. Copies between addresses that are equal in their last 12 bits are ten times slower, and large tensors begin where pages
 * do.
 */
const gap = 2 ** 10 + 64;

/** The numbers of an update of AdamW in the order of the routine. */
export type AdamWNumbers = readonly [
  beta1: number,
  rest1: number,
  beta2: number,
  rest2: number,
  epsilon: number,
  stepSize: number,
  decay: number,
  gradientScale: number,
];

/** What decides which values are dropped. */
export interface DropoutNumbers {
  readonly firstKey: number;
  readonly secondKey: number;
  /** Values whose 32 bits are below this are dropped, an integer in [0, 2^32). */
  readonly dropBelow: number;
  /** Factor of the others. */
  readonly scale: number;
}

/** The exports of streams.wat. */
interface Routines {
  readonly memory: WebAssembly.Memory;
  adamW(p: number, g: number, m: number, v: number, bytes: number, ...numbers: AdamWNumbers): void;
  dropout(x: number, bytes: number, index: number, first: number, second: number, below: number, scale: number): void;
}

/**
 * Computations that touch each value once, in WebAssembly.
 *
 * ONNX Runtime would pass over memory once per operation, and an update of AdamW has thirteen.
 */
export class Streams {
  readonly #routines: Routines;
  readonly #pieces: readonly Float32Array[];

  constructor() {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(streamsBytes()));
    this.#routines = exports as unknown as Routines; // those of streams.wat
    const { buffer } = this.#routines.memory;
    this.#pieces = [0, 1, 2, 3].map((i) => new Float32Array(buffer, gap + i * (4 * pieceSize + gap), pieceSize));
  }

  /**
   * One update.
   *
   * @param from - parameter, gradient, first and second moment, of one size
   * @param to - the new parameter, first and second moment
   */
  adamW(from: readonly Float32Array[], to: readonly Float32Array[], numbers: AdamWNumbers): void {
    const [p = 0, g = 0, m = 0, v = 0] = this.#pieces.map(({ byteOffset }) => byteOffset);
    const updated = [0, 2, 3].map((i) => this.#pieces[i] ?? new Float32Array());
    this.#each(from, updated, to, (bytes) => this.#routines.adamW(p, g, m, v, bytes, ...numbers));
  }

  /** `x` with some values dropped. */
  dropout(x: Float32Array, to: Float32Array, { firstKey, secondKey, dropBelow, scale }: DropoutNumbers): void {
    const [piece = new Float32Array()] = this.#pieces;
    this.#each([x], [piece], [to], (bytes, begin) =>
      this.#routines.dropout(piece.byteOffset, bytes, begin, firstKey, secondKey, dropBelow, scale),
    );
  }

  #each(
    from: readonly Float32Array[],
    results: readonly Float32Array[],
    to: readonly Float32Array[],
    run: (bytes: number, begin: number) => void,
  ): void {
    const size = from[0]?.length ?? 0;
    for (let begin = 0; begin < size; begin += pieceSize) {
      const end = Math.min(size, begin + pieceSize);
      for (const [i, values] of from.entries()) this.#pieces[i]?.set(values.subarray(begin, end));
      run(4 * Math.ceil((end - begin) / 4) * 4, begin);
      for (const [i, values] of to.entries()) {
        const result = results[i];
        if (result) values.set(end - begin === pieceSize ? result : result.subarray(0, end - begin), begin);
      }
    }
  }
}
