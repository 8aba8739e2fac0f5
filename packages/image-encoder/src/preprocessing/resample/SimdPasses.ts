import { packWeights, type PackedWeights } from './packWeights.js';
import { type PixelRows, type ResamplePasses } from './ResamplePasses.js';
import { type ResampleWeights } from './resampleWeights.js';

/** What goes through the kernel at once, in bytes: it should stay in the processor's cache. */
const BAND_BYTES = 2 ** 19;
/** A larger memory is given back after the picture that needed it. */
const KEPT_BYTES = 2 ** 24;
/** The kernel reads and writes so far past the end, in bytes beside whole rows. */
const SLACK = 32;
const PAGE = 2 ** 16;

/** The functions of `resample.wat`; places and strides in bytes. */
interface Kernel {
  columns(
    source: number,
    stride: number,
    rows: number,
    spans: number,
    groups: number,
    length: number,
    out: number,
  ): void;
  rows(source: number, stride: number, spans: number, groups: number, length: number, out: number): void;
}

/**
 * The passes in WebAssembly (`resample.wat`). Their bytes equal those of `plainPasses`.
 *
 * One instance serves all pictures, because neither pass ever waits.
 */
export class SimdPasses implements ResamplePasses {
  readonly #module: WebAssembly.Module;
  #running: { readonly memory: WebAssembly.Memory; readonly kernel: Kernel } | undefined;

  /** @param module - the compiled kernel */
  constructor(module: WebAssembly.Module) {
    this.#module = module;
  }

  columns({ data, stride }: PixelRows, weights: ResampleWeights): PixelRows {
    const packed = packWeights(weights);
    const length = weights.starts.length;
    const height = data.length / stride;
    const resampled = new Uint8Array(height * length * 3);
    // The kernel takes four rows at a time.
    const bandRows = Math.min(Math.ceil(height / 4), Math.max(1, Math.floor(BAND_BYTES / stride / 4))) * 4;
    const { kernel, bytes, spans, groups, source, out } = this.#prepare(
      packed,
      bandRows * stride,
      bandRows * length * 3,
    );
    for (let row = 0; row < height; row += bandRows) {
      const end = Math.min(row + bandRows, height);
      bytes.set(data.subarray(row * stride, end * stride), source);
      kernel.columns(source, stride, end - row, spans, groups, length, out);
      resampled.set(bytes.subarray(out, out + (end - row) * length * 3), row * length * 3);
    }
    this.#release();
    return { data: resampled, stride: length * 3 };
  }

  rows({ data, stride }: PixelRows, weights: ResampleWeights, firstRow: number): PixelRows {
    const { starts, counts } = weights;
    const packed = packWeights(weights);
    const resampled = new Uint8Array(starts.length * stride);
    const bandRows = Math.max(1, Math.floor(BAND_BYTES / stride));
    const sourceRows = counts.reduce((most, count) => Math.max(most, count), bandRows);
    const { kernel, bytes, spans, groups, source, out } = this.#prepare(
      packed,
      (sourceRows + 3) * stride,
      bandRows * stride,
    );
    let group = groups;
    for (let row = 0; row < starts.length;) {
      const top = starts[row] ?? 0;
      let bottom = top;
      let end = row;
      let groupsInBand = 0;
      while (end < starts.length && end - row < bandRows) {
        const next = (starts[end] ?? 0) + (counts[end] ?? 0);
        if (next - top > sourceRows) break;
        bottom = Math.max(bottom, next);
        groupsInBand += packed.spans[end * 2 + 1] ?? 0;
        end += 1;
      }
      bytes.set(data.subarray((top - firstRow) * stride, (bottom - firstRow) * stride), source);
      // Spans count from the picture's first row, which would lie before the band.
      kernel.rows(source - top * stride, stride, spans + row * 8, group, end - row, out);
      resampled.set(bytes.subarray(out, out + (end - row) * stride), row * stride);
      group += groupsInBand * 16;
      row = end;
    }
    this.#release();
    return { data: resampled, stride };
  }

  /** Makes room for a band and what it becomes, and puts the weights before them. */
  #prepare({ spans, groups }: PackedWeights, sourceBytes: number, outBytes: number) {
    const groupsAt = spans.byteLength;
    const source = groupsAt + groups.byteLength;
    const out = source + sourceBytes + SLACK;
    const { memory, kernel } = (this.#running ??= this.#start());
    const missing = out + outBytes + SLACK - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    const bytes = new Uint8Array(memory.buffer);
    new Int32Array(memory.buffer).set(spans);
    new Int16Array(memory.buffer).set(groups, groupsAt / 2);
    return { kernel, bytes, spans: 0, groups: groupsAt, source, out };
  }

  #start(): { readonly memory: WebAssembly.Memory; readonly kernel: Kernel } {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const instance = new WebAssembly.Instance(this.#module, { env: { memory } });
    // The exports are those of resample.wat.
    return { memory, kernel: instance.exports as unknown as Kernel };
  }

  #release(): void {
    if (this.#running && this.#running.memory.buffer.byteLength > KEPT_BYTES) this.#running = undefined;
  }
}
