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
  /** Probability that a value is dropped, in [0, 1). */
  readonly rate: number;
  readonly firstKey: number;
  readonly secondKey: number;
}

/** How far two tensors are apart; a number is NaN when a value that it is taken from is. */
export interface LargestDifference {
  /** The largest distance between two values in one place. */
  readonly difference: number;
  /** The largest absolute value of the second tensor. */
  readonly size: number;
}

/** The exports of streams.wat. */
interface Routines {
  readonly memory: WebAssembly.Memory;
  adamW(p: number, g: number, m: number, v: number, bytes: number, ...numbers: AdamWNumbers): void;
  sumOfSquares(x: number, bytes: number): number;
  largestDifference(x: number, y: number, bytes: number): [difference: number, size: number];
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

  /** The sum of the squares of all values, added up in float64. */
  sumOfSquares(x: Float32Array): number {
    const [piece = new Float32Array()] = this.#pieces;
    let sum = 0;
    for (let begin = 0; begin < x.length; begin += pieceSize) {
      sum += this.#routines.sumOfSquares(piece.byteOffset, copyPart(x, begin, piece));
    }
    return sum;
  }

  /** How far two tensors of one size are apart. */
  largestDifference(x: Float32Array, y: Float32Array): LargestDifference {
    const [left = new Float32Array(), right = new Float32Array()] = this.#pieces;
    let [difference, size] = [0, 0];
    for (let begin = 0; begin < x.length; begin += pieceSize) {
      copyPart(x, begin, left);
      const found = this.#routines.largestDifference(left.byteOffset, right.byteOffset, copyPart(y, begin, right));
      // Math.max is NaN when one of its numbers is.
      [difference, size] = [Math.max(difference, found[0]), Math.max(size, found[1])];
    }
    return { difference, size };
  }

  /** `x` with some values dropped and the others multiplied by `1 / (1 - rate)`. */
  dropout(x: Float32Array, to: Float32Array, numbers: DropoutNumbers): void {
    const [piece = new Float32Array()] = this.#pieces;
    this.#each([x], [piece], [to], (bytes, begin) => this.#drop(piece, bytes, begin, numbers));
  }

  /** What {@link dropout} would multiply by. */
  dropoutMask(to: Float32Array, numbers: DropoutNumbers): void {
    const [piece = new Float32Array()] = this.#pieces;
    this.#each([], [piece], [to], (bytes, begin) => {
      piece.fill(1);
      this.#drop(piece, bytes, begin, numbers);
    });
  }

  #drop(piece: Float32Array, bytes: number, begin: number, { rate, firstKey, secondKey }: DropoutNumbers): void {
    // Values whose 32 bits are below this are dropped.
    const dropBelow = Math.min(Math.ceil(rate * 2 ** 32), 2 ** 32 - 1);
    this.#routines.dropout(piece.byteOffset, bytes, begin, firstKey, secondKey, dropBelow, 1 / (1 - rate));
  }

  #each(
    from: readonly Float32Array[],
    results: readonly Float32Array[],
    to: readonly Float32Array[],
    run: (bytes: number, begin: number) => void,
  ): void {
    const size = to[0]?.length ?? 0;
    for (let begin = 0; begin < size; begin += pieceSize) {
      const end = Math.min(size, begin + pieceSize);
      for (const [i, values] of from.entries()) this.#pieces[i]?.set(values.subarray(begin, end));
      run(4 * roundUp(end - begin), begin);
      for (const [i, values] of to.entries()) {
        const result = results[i];
        if (result) values.set(end - begin === pieceSize ? result : result.subarray(0, end - begin), begin);
      }
    }
  }
}

/** Copies as much of a tensor as a piece holds, with zeros after its end, and gives back the bytes to go through. */
function copyPart(values: Float32Array, begin: number, piece: Float32Array): number {
  const part = values.subarray(begin, begin + pieceSize);
  piece.set(part);
  piece.fill(0, part.length, roundUp(part.length));
  return 4 * roundUp(part.length);
}

/** The routines go through four values at a time. */
function roundUp(size: number): number {
  return Math.ceil(size / 4) * 4;
}
