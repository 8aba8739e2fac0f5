/**
 * The wasm backend has no room for a tensor.
 *
 * It is thrown before anything is written: every tensor made so far is intact, and disposing some of them makes room
 * again.
 */
export class WasmHeapFullError extends RangeError {
  override readonly name = 'WasmHeapFullError';
  /** Bytes asked for. */
  readonly requestedBytes: number;
  /** Bytes the heap spans now, used and free; it never shrinks and ends at 4 GiB. */
  readonly heapBytes: number;

  constructor(requestedBytes: number, heapBytes: number) {
    super(
      `wasm backend: a tensor of ${inMegabytes(requestedBytes)} must fit the 4096 MB heap, of which ` +
        `${inMegabytes(heapBytes)} are taken up (used or fragmented). ` +
        'Use a smaller batch, dispose tensors, freeze the encoders, or start another backend.',
    );
    this.requestedBytes = requestedBytes;
    this.heapBytes = heapBytes;
  }
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}
