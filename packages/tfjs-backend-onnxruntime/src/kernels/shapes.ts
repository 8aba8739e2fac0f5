import { backend_util, slice_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { type NativeValues } from '../native/OnnxRuntimeBinding.js';
import { type KernelModel } from '../model/KernelModel.js';
import { type OnnxRuntimeBackend, type OutputInfo } from '../OnnxRuntimeBackend.js';
import { areFloats, inputOf, type NativeKernel, type NativeKernels, sizeOf } from './NativeKernel.js';

const transpose: NativeKernel = (call) => {
  const { attributes, backend } = call;
  const x = inputOf(call, 'x');
  const perm = attributes.perm as number[];
  const work = sizeOf(x) * 4;
  if (work < backend.smallestWork || work === 0 || !areFloats(backend, x)) return undefined;
  const model: KernelModel = {
    key: `Transpose ${perm.join()}`,
    build: (built) => built.output(built.node('Transpose', [built.input('x')], { perm })),
  };
  const shape = perm.map((axis) => x.shape[axis] ?? 1);
  return backend.computeOne(model, [x], { shape, dtype: 'float32' }, work);
};

const pad: NativeKernel = (call) => {
  const { attributes, backend } = call;
  const x = inputOf(call, 'x');
  const paddings = attributes.paddings as readonly (readonly [number, number])[];
  const value = attributes.constantValue as number;
  const shape = x.shape.map((size, axis) => size + (paddings[axis]?.[0] ?? 0) + (paddings[axis]?.[1] ?? 0));
  const work = util.sizeFromShape(shape) * 8;
  if (work < backend.smallestWork || sizeOf(x) === 0 || !areFloats(backend, x)) return undefined;
  const pads = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
  const model: KernelModel = {
    key: `PadV2 ${pads.join()} ${Object.is(value, -0) ? '-0' : value}`,
    build: (built) => built.output(built.node('Pad', [built.input('x'), built.integers(pads), built.scalar(value)])),
  };
  return backend.computeOne(model, [x], { shape, dtype: 'float32' }, work);
};

/** The JavaScript kernel hands integers on as float32 where nothing is lost, and native code could not read them. */
const cast: NativeKernel = (call) => {
  const { attributes, backend } = call;
  const x = inputOf(call, 'x');
  const dtype = attributes.dtype as string;
  const isWider = (x.dtype === 'bool' && dtype === 'int32') || (x.dtype !== 'float32' && dtype === 'float32');
  if (!isWider || !backend.isNative(x)) return undefined;
  const output = backend.makePooled(x.shape, dtype); // one of the two
  backend.valuesOf(output).set(backend.valuesOf(x));
  return output;
};

/** Copies whole rows instead of single values, into memory of its own: the JavaScript kernel gives out a view. */
const slice: NativeKernel = (call) => {
  const { attributes, backend } = call;
  const x = inputOf(call, 'x');
  if (!backend.isNative(x) || x.shape.length === 0) return undefined;
  const [begin = [], size = []] = slice_util.parseSliceParams(
    x, // only its shape is read
    attributes.begin as number[],
    attributes.size as number[],
  );
  slice_util.assertParamsValid(x, begin, size); // likewise
  return copySlice(backend, x, begin, size);
};

const split: NativeKernel = (call) => {
  const { attributes, backend } = call;
  const x = inputOf(call, 'x');
  if (!backend.isNative(x)) return undefined;
  const [axis = 0] = util.parseAxisParam(attributes.axis as number, x.shape);
  const sizes = backend_util.prepareSplitSize(
    x, // only its shape is read
    attributes.numOrSizeSplits as number | number[],
    axis,
  );
  let at = 0;
  return sizes.map((length) => {
    const begin = x.shape.map((_, i) => (i === axis ? at : 0));
    at += length;
    return copySlice(
      backend,
      x,
      begin,
      x.shape.map((whole, i) => (i === axis ? length : whole)),
    );
  });
};

const concat: NativeKernel = ({ inputs, attributes, backend }) => {
  const all = Object.values(inputs).filter((input): input is TensorInfo => input !== undefined);
  const [first] = all;
  if (!first || all.some((input) => input.dtype !== first.dtype || !backend.isNative(input))) return undefined;
  const [axis = 0] = util.parseAxisParam(attributes.axis as number, first.shape);
  const shapesOfAll = all.map(({ shape }) => shape);
  backend_util.assertParamsConsistent(shapesOfAll, axis);
  const shape = backend_util.computeOutShape(shapesOfAll, axis);
  const output = backend.makePooled(shape, first.dtype as OutputInfo['dtype']); // checked by isNative
  const to = backend.valuesOf(output);
  const outer = util.sizeFromShape(shape.slice(0, axis));
  const rowSize = util.sizeFromShape(shape.slice(axis));
  let column = 0;
  for (const input of all) {
    const width = util.sizeFromShape(input.shape.slice(axis));
    const from = backend.valuesOf(input);
    for (let row = 0; row < outer; row += 1) copy(from, row * width, to, row * rowSize + column, width);
    column += width;
  }
  return output;
};

/** Rows by number along the first axis. */
const gather: NativeKernel = (call) => {
  const { attributes, backend } = call;
  const [x, indices] = [inputOf(call, 'x'), inputOf(call, 'indices')];
  const isRows = attributes.axis === 0 && (attributes.batchDims ?? 0) === 0;
  if (!isRows || indices.dtype !== 'int32' || !backend.isNative(x) || !backend.isNative(indices)) return undefined;
  return gatherRows(backend, x, indices, [...indices.shape, ...x.shape.slice(1)]);
};

/**
 * Copies rows of a table.
 *
 * @returns undefined where an index is outside: the caller leaves the error to the JavaScript kernel
 */
export function gatherRows(
  backend: OnnxRuntimeBackend,
  table: TensorInfo,
  indices: TensorInfo,
  shape: readonly number[],
): TensorInfo | undefined {
  const rows = backend.valuesOf(indices);
  const [count = 0] = table.shape;
  for (const row of rows) if (!(row >= 0 && row < count)) return undefined;
  const output = backend.makePooled(shape, table.dtype as OutputInfo['dtype']); // checked by isNative
  const [from, to] = [backend.valuesOf(table), backend.valuesOf(output)];
  const width = util.sizeFromShape(table.shape.slice(1));
  rows.forEach((row, i) => copy(from, row * width, to, i * width, width));
  return output;
}

function copySlice(
  backend: OnnxRuntimeBackend,
  x: TensorInfo,
  begin: readonly number[],
  size: readonly number[],
): TensorInfo {
  const output = backend.makePooled(size, x.dtype as OutputInfo['dtype']); // checked by isNative
  const [from, to] = [backend.valuesOf(x), backend.valuesOf(output)];
  const strides = x.shape.map((_, axis) => util.sizeFromShape(x.shape.slice(axis + 1)));
  // From this axis on, what is copied lies together.
  let axis = x.shape.length - 1;
  while (axis > 0 && size[axis] === x.shape[axis]) axis -= 1;
  const run = (size[axis] ?? 1) * (strides[axis] ?? 1);
  const count = run === 0 ? 0 : to.length / run;
  for (let i = 0; i < count; i += 1) {
    let rest = i;
    let source = (begin[axis] ?? 0) * (strides[axis] ?? 1);
    for (let outer = axis - 1; outer >= 0; outer -= 1) {
      const length = size[outer] ?? 1;
      source += ((begin[outer] ?? 0) + (rest % length)) * (strides[outer] ?? 1);
      rest = Math.floor(rest / length);
    }
    copy(from, source, to, i * run, run);
  }
  return output;
}

/** Short runs are copied value by value: a view costs more than they do. */
function copy(from: NativeValues, source: number, to: NativeValues, target: number, length: number): void {
  if (length > 32) to.set(from.subarray(source, source + length), target);
  else for (let i = 0; i < length; i += 1) to[target + i] = from[source + i] ?? 0;
}

/** Kernels that move values. */
export const shapes: NativeKernels = {
  Cast: cast,
  Concat: concat,
  GatherV2: gather,
  PadV2: pad,
  Slice: slice,
  SplitV: split,
  Transpose: transpose,
};
