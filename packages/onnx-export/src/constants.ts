import { type Tensor } from '@tensorflow/tfjs-core';
import { bytesOf, onnxTypeOf, type OnnxTensor } from './graph/OnnxTensor.js';
import { OnnxExportError } from './OnnxExportError.js';
import type { Trace } from './trace/traceKernels.js';

/** The constants of the second run, by the keys of the first: those that stand at the same place of the same call. */
export function pairConstants(first: Trace, second: Trace): Map<string, Tensor> {
  const pairs = new Map<string, Tensor>();
  for (const [i, { inputs }] of first.calls.entries()) {
    for (const [name, { key }] of Object.entries(inputs)) {
      const other = second.constants.get(second.calls[i]?.inputs[name]?.key ?? '');
      if (first.constants.has(key) && other) pairs.set(key, other);
    }
  }
  return pairs;
}

/** Checks that two runs saw the same values. */
export function assertSameConstant(content: OnnxTensor, other: OnnxTensor): void {
  if (content.bytes.every((byte, i) => byte === other.bytes[i])) return;
  throw new OnnxExportError(
    `exportOnnx: a constant of shape [${content.shape.join(', ')}] must be the same in both runs, got other values. ` +
      'Compute it from the inputs.',
  );
}

/** The one value of a constant whose size is open, such as `zeros`. */
export function uniformValue(content: OnnxTensor, other: OnnxTensor): OnnxTensor {
  const width = content.type === 'bool' ? 1 : 4;
  const value = content.bytes.slice(0, width);
  const isUniform = [content, other].every(({ bytes }) => bytes.every((byte, i) => byte === value[i % width]));
  if (isUniform) return { type: content.type, shape: [], bytes: value };
  throw new OnnxExportError(
    `exportOnnx: a constant of shape [${content.shape.join(', ')}] in one run and [${other.shape.join(', ')}] in the other must hold one ` +
      'value throughout. Compute it from the inputs.',
  );
}

/** The values of a tensor as the format holds them. */
export async function contentOf(tensor: Tensor): Promise<OnnxTensor> {
  return { type: onnxTypeOf(tensor.dtype), shape: tensor.shape, bytes: bytesOf(await tensor.data()) };
}
