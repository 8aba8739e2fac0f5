import {
  fused,
  matMul,
  reshape,
  sum,
  transpose,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  Variable,
} from '@tensorflow/tfjs-core';
import { assertRank, ShapeError, assertShape } from '../checks/ShapeError.js';
import { runFusedKernel } from './fusedKernel.js';
import { savedAt, withGradient } from './withGradient.js';

/**
 * Linear map of the last axis: `y = x Wᵀ + b`, with the weight in PyTorch layout.
 *
 * A frozen variable gets no gradient, and none is computed: behind frozen weights the input is not kept either.
 *
 * @param x - `[..., In]` float32, rank 1 or more
 * @param weight - `[Out, In]` float32
 * @param bias - `[Out]` float32; none by default
 * @returns `[..., Out]` float32; new tensor, the caller disposes it
 * @throws {@link ShapeError} when the shapes do not fit
 *
 * @example
 * linear(ones([2, 5, 8]), ones([4, 8]), zeros([4])).shape; // [2, 5, 4]
 */
export function linear(x: Tensor, weight: Tensor2D, bias?: Tensor1D): Tensor {
  const [outFeatures, inFeatures] = assertRank(weight, 2, 'linear: weight');
  const leading = x.shape.slice(0, -1);
  if (x.shape.at(-1) !== inFeatures) {
    throw new ShapeError({
      argument: 'linear: x',
      expected: `[..., ${inFeatures}] to match the weight [${outFeatures}, ${inFeatures}]`,
      received: `[${x.shape.join(', ')}]`,
    });
  }
  if (bias) assertShape(bias, [outFeatures], 'linear: bias');
  const rows = leading.reduce((product, size) => product * size, 1);

  const forward = (): Tensor => {
    const value = multiplyRows(reshape(x, [rows, inFeatures]), weight, bias);
    return reshape(value, [...leading, outFeatures]);
  };
  if (isFrozen(weight) && (!bias || isFrozen(bias))) {
    return withGradient(
      [x],
      () => ({ value: forward(), saved: [weight] }),
      (dy, saved) => [reshape(matMul(reshape(dy, [rows, outFeatures]), savedAt(saved, 0)), x.shape)],
    );
  }
  return withGradient(
    bias ? [x, weight, bias] : [x, weight],
    () => ({ value: forward(), saved: [x, weight] }),
    (dy, saved) => {
      const rowGradients = reshape(dy, [rows, outFeatures]);
      const rowInputs = reshape(savedAt(saved, 0), [rows, inFeatures]);
      const [dx, ...others] = differentiateRows(rowGradients, rowInputs, savedAt(saved, 1), bias !== undefined);
      return [reshape(dx, x.shape), ...others];
    },
  );
}

function isFrozen(tensor: Tensor): boolean {
  return tensor instanceof Variable && !tensor.trainable;
}

function multiplyRows(rows: Tensor, weight: Tensor2D, bias: Tensor1D | undefined): Tensor {
  const inputs = bias ? { x: rows, weight, bias } : { x: rows, weight };
  const [product] = runFusedKernel('CrossmodalLinear', inputs) ?? [];
  if (product) return product;
  const columns = transpose(weight);
  return bias ? fused.matMul({ a: rows, b: columns, bias }) : matMul(rows, columns);
}

function differentiateRows(dy: Tensor, x: Tensor, weight: Tensor, hasBias: boolean): [Tensor, ...Tensor[]] {
  const fused = runFusedKernel('CrossmodalLinearGrad', { dy, x, weight }, { hasBias: hasBias ? 1 : 0 });
  if (fused) return [savedAt(fused, 0), ...fused.slice(1)];
  const dx = matMul(dy, weight);
  // The transposed operand comes first: matMul's own transposeA is more than ten times slower on wasm.
  const dyColumns = transpose(dy); // [Out, rows]
  const dWeight = matMul(dyColumns, x);
  // A sum along the last axis needs no transpose, and a product with ones would pack all of dy first.
  return hasBias ? [dx, dWeight, sum(dyColumns, 1)] : [dx, dWeight];
}
