import { runFusedKernel } from '@crossmodal/layers';
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
   * @param expected - of the same shape and dtype
   */
  add(place: string, received: Tensor | undefined, expected: Tensor): void {
    this.#all.push({ place, ...(compareInPlace(received, expected) ?? compare(received, expected)) });
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

type Comparison = Omit<Difference, 'place'>;

/** A backend may have the kernel `CrossmodalLargestDifference`: reading would copy both tensors, and all gradients of a large model are gigabytes. */
function compareInPlace(received: Tensor | undefined, expected: Tensor): Comparison | undefined {
  if (received?.dtype !== 'float32' || expected.dtype !== 'float32') return undefined;
  const [numbers] = runFusedKernel('CrossmodalLargestDifference', { received, expected }) ?? [];
  if (!numbers) return undefined;
  const [difference = NaN, size = NaN] = numbers.dataSync();
  numbers.dispose();
  return { difference, size };
}

function compare(received: Tensor | undefined, expected: Tensor): Comparison {
  const wanted = expected.dataSync();
  const got = received?.dataSync() ?? [];
  let [difference, size] = [0, 0];
  for (const [i, value] of wanted.entries()) {
    size = Math.max(size, Math.abs(value));
    difference = Math.max(difference, Math.abs(value - (got[i] ?? Infinity)));
  }
  return { difference, size };
}
