import { dispose, ones, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import { buildGraph } from './buildGraph.js';
import { type ExternalData, placeExternally } from './graph/ExternalData.js';
import { type Sizes } from './graph/Dim.js';
import { encodeModel } from './graph/encodeModel.js';
import { type GraphBuilder } from './graph/GraphBuilder.js';
import { dropUnread } from './graph/dropUnread.js';
import { OnnxExportError } from './OnnxExportError.js';
import { type OnnxInput } from './OnnxInput.js';
import { quantizeWeights } from './precision/quantizeWeights.js';
import { storeFloat16 } from './precision/storeFloat16.js';
import { traceKernels, type Trace } from './trace/traceKernels.js';

/** How weights are kept and multiplied. */
export type OnnxPrecision = 'float32' | 'float16' | 'int8';

/** Options of {@link exportOnnx}. */
export interface ExportOnnxOptions {
  /** By name; each is given to `call` under its name. */
  readonly inputs: Readonly<Record<string, OnnxInput>>;
  /** What is computed: synchronous, on TensorFlow.js alone, and reading no values. Entries that are undefined are left out. */
  readonly call: (inputs: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor | undefined>>;
  /** Named so in the model; other tensors are constants without a name. */
  readonly parameters?: ReadonlyMap<string, Variable> | undefined;
  /**
   * Two values for each open size with which `call` can be tried; it is run twice. Default: batch 2 and 3, any other 5 and 8, then 7 and 12, and so
   * on.
   */
  readonly sizes?: Readonly<Record<string, readonly [number, number]>> | undefined;
  /**
   * `float16`: matrices and tables stored in half precision, half of the bytes; everything is computed in float32. A matrix that float16 cannot hold
   * (a value beyond 65,504, or none above 6e-5) stays float32; {@link exportOnnxFiles} names these. `int8`: products with constant matrices in whole numbers, a quarter of the bytes. Outputs move by up to a few hundredths of their size; measure
   * your own. Default `float32`, every bit kept.
   */
  readonly precision?: OnnxPrecision | undefined;
}

const defaultSizes = [[2, 3], [5, 8], [7, 12], [11, 18]] as const; // prettier-ignore

/**
 * Writes what TensorFlow.js code computes as an ONNX model.
 *
 * The code runs twice, with two different sizes for each open axis, and every kernel that it calls becomes one or a few nodes. A number that differed
 * between the runs is expressed by the open sizes, so that the model takes any batch and any length. What the code decides by looking at
 * sizes beyond that (an `if`, a loop as long as the input) cannot be seen and is an error where the runs differ.
 *
 * Operator set 20, https://onnx.ai/onnx/operators. Values are float32.
 *
 * @param options - the computation and its inputs
 * @returns the bytes of an `.onnx` file
 * @throws OnnxExportError when a kernel has no counterpart, or the two runs do not fit together; the message says where
 *
 * @example
 * const bytes = await exportOnnx({
 *   inputs: { inputIds: { dtype: 'int32', shape: ['batch', 'length'] } },
 *   call: ({ inputIds }) => ({ ...encoder.call({ inputIds }) }),
 *   parameters: encoder.namedParameters(),
 * });
 */
export async function exportOnnx(options: ExportOnnxOptions): Promise<Uint8Array> {
  const { graph } = await traceGraph(options);
  const bytes = valueBytes(graph);
  if (bytes > LARGEST) {
    throw new OnnxExportError(
      `exportOnnx: a model must be smaller than 2 GB, got ${(bytes / 1e9).toFixed(1)} GB of values. ` +
        'exportOnnxFiles puts them into a second file.',
    );
  }
  return encodeModel(graph, new Map());
}

/** Options of {@link exportOnnxFiles}. */
export interface ExportOnnxFilesOptions extends ExportOnnxOptions {
  /** Name of the second file; the model looks for it in its own folder. Default `'model.onnx.data'`. */
  readonly externalName?: string | undefined;
  /** Values of more bytes than this go there. Default a little less than 2 GB, where one file ends. */
  readonly largestBytes?: number | undefined;
}

/** A model of any size. */
export interface OnnxFiles {
  /** The bytes of the `.onnx` file. */
  readonly model: Uint8Array;
  /** The second file; `undefined` where the model holds everything. */
  readonly externalData: ExternalData | undefined;
  /** Matrices that stay float32 though `float16` was asked for, because it cannot hold them; none for other precisions. */
  readonly keptFloat32: readonly string[];
}

/**
 * As {@link exportOnnx}, for models of any size: beyond 2 GB the values lie in a second file, which is written piece by piece.
 *
 * @param options - the computation, its inputs and the second file
 * @returns one file or two
 * @throws OnnxExportError as `exportOnnx`, but for the size
 *
 * @example
 * const { model, externalData } = await exportOnnxFiles({ inputs, call, parameters });
 * await writeFile('folder/model.onnx', model);
 * if (externalData) await writeFile(`folder/${externalData.name}`, externalData.chunks());
 */
export async function exportOnnxFiles(options: ExportOnnxFilesOptions): Promise<OnnxFiles> {
  const { externalName = 'model.onnx.data', largestBytes = LARGEST } = options;
  const { graph, keptFloat32 } = await traceGraph(options);
  if (valueBytes(graph) <= largestBytes) {
    return { model: encodeModel(graph, new Map()), externalData: undefined, keptFloat32 };
  }
  const { places, data } = placeExternally(graph.initializers, externalName);
  return { model: encodeModel(graph, places), externalData: data, keptFloat32 };
}

/** Where the format, and what reads it, ends. */
const LARGEST = 2 ** 31 - 2 ** 20;

function valueBytes({ initializers }: GraphBuilder): number {
  return [...initializers.values()].reduce((sum, tensor) => sum + tensor.bytes.length, 0);
}

async function traceGraph({
  inputs,
  call,
  parameters = new Map(),
  sizes = {},
  precision = 'float32',
}: ExportOnnxOptions): Promise<{ readonly graph: GraphBuilder; readonly keptFloat32: readonly string[] }> {
  const symbols = [
    ...new Set(Object.values(inputs).flatMap(({ shape }) => shape.filter((size) => typeof size !== 'number'))),
  ];
  const pairs = symbols.map((symbol, i) => [symbol, sizes[symbol] ?? defaultSizes[i] ?? [2 * i, 3 * i]] as const);
  const runs = [0, 1].map((run) => Object.fromEntries(pairs.map(([symbol, pair]) => [symbol, pair[run] ?? 0]))) as [
    Sizes,
    Sizes,
  ];
  const traces = runs.map((run) => trace(inputs, run, call, parameters));
  const [first, second] = traces;
  if (!first || !second) throw new OnnxExportError('exportOnnx: two runs are needed.');
  try {
    const graph = await buildGraph({ first, second, sizes: runs }, inputs, parameters);
    if (precision === 'int8') quantizeWeights(graph);
    dropUnread(graph);
    return { graph, keptFloat32: precision === 'float16' ? storeFloat16(graph) : [] };
  } finally {
    for (const { constants } of traces) dispose([...constants.values()]);
  }
}

function trace(
  inputs: ExportOnnxOptions['inputs'],
  sizes: Sizes,
  call: ExportOnnxOptions['call'],
  parameters: ReadonlyMap<string, Variable>,
): Trace {
  const examples = Object.fromEntries(
    Object.entries(inputs).map(([name, { dtype, shape }]) => [
      name,
      ones(
        shape.map((size) => (typeof size === 'number' ? size : (sizes[size] ?? 1))),
        dtype,
      ),
    ]),
  );
  try {
    return traceKernels(call, examples, parameters);
  } finally {
    dispose(examples);
  }
}
