import { type Tensor } from '@tensorflow/tfjs-core';

/** Share of the largest entry of all below which a whole tensor counts as zero: some gradients are zero in theory and noise in practice. */
const noise = 1e-4;

interface Difference {
  readonly place: string;
  readonly difference: number;
  readonly size: number;
}

/** Finds the tensor in which two computations of the same differ most. */
export class LargestDifference {
  readonly #all: Difference[] = [];

  /**
   * Compares. Reads values at once, which only backends in the machine's own memory can.
   *
   * @param place - names the tensor
   * @param received - undefined counts as different
   * @param expected - of the same shape
   */
  add(place: string, received: Tensor | undefined, expected: Tensor): void {
    const wanted = expected.dataSync();
    const got = received?.dataSync() ?? [];
    let [difference, size] = [0, 0];
    for (const [i, value] of wanted.entries()) {
      size = Math.max(size, Math.abs(value));
      difference = Math.max(difference, Math.abs(value - (got[i] ?? Infinity)));
    }
    this.#all.push({ place, difference, size });
  }

  /** Where it is, and how large relative to the largest entry of its tensor: NaN when something was not finite. */
  find(): { readonly place: string; readonly relative: number } {
    const floor = noise * Math.max(...this.#all.map(({ size }) => size));
    const relative = this.#all.map(({ place, difference, size }) => ({
      place,
      relative: difference === 0 ? 0 : difference / Math.max(size, floor),
    }));
    return relative.reduce((worst, next) => (next.relative <= worst.relative ? worst : next), {
      place: '',
      relative: 0,
    });
  }
}
