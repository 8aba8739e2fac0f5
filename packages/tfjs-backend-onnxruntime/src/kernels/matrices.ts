import { broadcast_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { type KernelModel } from '../model/KernelModel.js';
import { type ModelWriter } from '../model/OnnxModel.js';
import { areFloats, inputOf, type KernelCall, type NativeKernel, type NativeKernels, sizeOf } from './NativeKernel.js';

/** Activations of the fused kernel by their names in TensorFlow.js, where they exist in ONNX. */
const activations: Readonly<Record<string, string>> = { linear: 'Identity', relu: 'Relu', sigmoid: 'Sigmoid' };

const multiply: NativeKernel = (call) => {
  const [a, b, bias] = [inputOf(call, 'a'), inputOf(call, 'b'), call.inputs.bias];
  const activation = (call.attributes.activation as string | undefined) ?? 'linear';
  const operator = activations[activation];
  if (!fit(call, a, b)) return undefined;
  const shape = outputShape(call, a, b);
  const work = productWork(util.sizeFromShape(shape) * innerSize(call, a));
  const all = bias ? [a, b, bias] : [a, b];
  if (operator === undefined || call.inputs.preluActivationWeights || !areFloats(call.backend, ...all))
    return undefined;
  const isSmall = work < call.backend.smallestWork && [a, b].every((side) => isRepeated(side, shape));
  if (isSmall || all.some((tensor) => sizeOf(tensor) === 0)) return undefined;
  const transA = call.attributes.transposeA === true ? 1 : 0;
  const transB = call.attributes.transposeB === true ? 1 : 0;
  const model: KernelModel = {
    key: `BatchMatMul ${transA}${transB} ${bias ? 'bias' : ''} ${activation}`,
    build: (built) => {
      const product = built.node(fusedMatMul, [built.input('a'), built.input('b')], { transA, transB });
      built.output(activate(built, bias ? built.node('Add', [product, built.input('bias')]) : product, operator));
    },
  };
  return call.backend.computeOne(model, all, { shape, dtype: 'float32' }, work);
};

/** The work of a product of matrices: vectors make its terms cheaper than additions that wait for memory. */
export function productWork(terms: number): number {
  return terms / 8;
}

/** A product whose sides may be read transposed, without a copy of them. */
export const fusedMatMul = 'com.microsoft:FusedMatMul';

function activate(model: ModelWriter, value: string, operator: string): string {
  return operator === 'Identity' ? value : model.node(operator, [value]);
}

function outputShape({ attributes }: KernelCall, a: TensorInfo, b: TensorInfo): number[] {
  const batch = broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const rows = a.shape.at(attributes.transposeA === true ? -1 : -2) ?? 0;
  const columns = b.shape.at(attributes.transposeB === true ? -2 : -1) ?? 0;
  return [...batch, rows, columns];
}

/** Whether there is a product; the JavaScript kernel says what is wrong where there is none. */
function fit({ attributes }: KernelCall, a: TensorInfo, b: TensorInfo): boolean {
  const [rows, columns] = [attributes.transposeB === true ? -1 : -2, attributes.transposeA === true ? -2 : -1];
  return a.shape.length >= 2 && b.shape.length >= 2 && a.shape.at(columns) === b.shape.at(rows);
}

/**
 * Whether a side's batch is the output's, or repeats to it as a whole. Others the JavaScript kernel takes in the wrong order: it counts through the
 * batch of each side anew.
 */
function isRepeated({ shape }: TensorInfo, output: readonly number[]): boolean {
  const batch = shape.slice(0, -2);
  while (batch[0] === 1) batch.shift();
  return batch.join() === output.slice(output.length - 2 - batch.length, -2).join();
}

function innerSize({ attributes }: KernelCall, a: TensorInfo): number {
  return a.shape.at(attributes.transposeA === true ? -2 : -1) ?? 0;
}

/** Products of matrices. */
export const matrices: NativeKernels = { BatchMatMul: multiply, _FusedMatMul: multiply };
