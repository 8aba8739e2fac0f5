import { runFusedKernel } from '@crossmodal/layers';
import {
  concat,
  dispose,
  reshape,
  slice,
  tidy,
  type Tensor,
  type Tensor1D,
  type Variable,
} from '@tensorflow/tfjs-core';
import { packSize, packTensors } from '../gradients/packTensors.js';
import { type AdamWNumbers, type AdamWTensors, adamWUpdate, updateNumbers } from './adamWUpdate.js';
import { splitFlat } from './splitFlat.js';

/** Values from which on the composed update goes in pieces. */
const largestWhole = 4 * packSize;

/** Parameters that share the numbers of an update. */
export interface ParameterPack {
  /** Assigned anew. */
  readonly parameters: readonly Variable[];
  /** One for each parameter, in its shape. */
  readonly gradients: readonly Tensor[];
  /** The moments of all, end to end. */
  readonly first: Tensor1D;
  readonly second: Tensor1D;
}

/** The new moments; for the surrounding `tidy`. */
export interface PackMoments {
  readonly first: Tensor1D;
  readonly second: Tensor1D;
}

/**
 * Updates a pack of parameters; parameters and moments have no other use afterwards. A backend may have the kernel `CrossmodalAdamWPack`, which needs
 * no copies of them side by side and may write into their memory.
 */
export function updatePack(pack: ParameterPack, numbers: AdamWNumbers): PackMoments {
  return updateInPlace(pack, numbers) ?? updatePacked(pack, numbers);
}

function updateInPlace(
  { parameters, gradients, first, second }: ParameterPack,
  numbers: AdamWNumbers,
): PackMoments | undefined {
  const tensors: Record<string, Tensor> = { first, second };
  for (const [i, parameter] of parameters.entries()) tensors[`parameter${i}`] = parameter;
  for (const [i, gradient] of gradients.entries()) tensors[`gradient${i}`] = gradient;
  const updated = runFusedKernel('CrossmodalAdamWPack', tensors, {
    ...updateNumbers(numbers),
    count: parameters.length,
  });
  const [newFirst, newSecond, ...values] = updated ?? [];
  if (!newFirst || !newSecond) return undefined;
  assign(parameters, values);
  return { first: newFirst as Tensor1D, second: newSecond as Tensor1D }; // in the shapes of the inputs
}

function updatePacked({ parameters, gradients, first, second }: ParameterPack, numbers: AdamWNumbers): PackMoments {
  const update = first.size > largestWhole ? updateInPieces : adamWUpdate;
  const updated = update(
    { parameter: packTensors(parameters), gradient: packTensors(gradients), first, second },
    numbers,
  );
  const sizes = parameters.map(({ size }) => size);
  const values = splitFlat(updated.parameter, sizes).map((part, i) => reshape(part, parameters[i]?.shape ?? []));
  assign(parameters, values);
  return updated;
}

/**
 * The same values piece by piece. What lies between operations is then small, and the new moments fit into the memory of the old ones: an allocator that
 * never gives memory back, such as TensorFlow's, else keeps several more tables of words for good.
 */
function updateInPieces(tensors: AdamWTensors, numbers: AdamWNumbers): Omit<AdamWTensors, 'gradient'> {
  const { parameter, gradient, first, second } = tensors;
  const pieces: Omit<AdamWTensors, 'gradient'>[] = [];
  for (let begin = 0; begin < first.size; begin += packSize) {
    const pieceOf = (whole: Tensor1D): Tensor1D => slice(whole, begin, Math.min(packSize, whole.size - begin));
    const made = tidy(() => {
      const piece = { parameter: pieceOf(parameter), gradient: pieceOf(gradient) };
      return { ...adamWUpdate({ ...piece, first: pieceOf(first), second: pieceOf(second) }, numbers) };
    });
    pieces.push(made);
  }
  dispose([first, second]);
  const join = (name: keyof (typeof pieces)[number]): Tensor1D => {
    const parts = pieces.map((piece) => piece[name]);
    const whole = concat(parts);
    dispose(parts);
    return whole;
  };
  return { first: join('first'), second: join('second'), parameter: join('parameter') };
}

function assign(parameters: readonly Variable[], values: readonly Tensor[]): void {
  for (const [i, parameter] of parameters.entries()) {
    const value = values[i];
    if (value) parameter.assign(value);
  }
}
