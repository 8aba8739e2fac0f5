import { expectTensorsClose, onBackends } from '@crossmodal/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import { runOnnx } from './__fixtures__/runOnnx.js';
import { exportOnnx, type ExportOnnxOptions } from './exportOnnx.js';
import { OnnxExportError } from './OnnxExportError.js';

const grid = { x: { dtype: 'float32', shape: ['batch', 'length', 4] } } as const;
const ids = { ids: { dtype: 'int32', shape: ['batch', 'length'] } } as const;
type Operation = (x: tf.Tensor) => tf.Tensor;

/** Numbers of both signs and sizes, different in every place. */
function numbers(shape: number[]): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => 2.3 * Math.sin(1.7 * i + 0.4)),
    shape,
  );
}

const onNumbers: Readonly<Record<string, Operation>> = {
  'signs and roundings': (x) => tf.concat([tf.abs(x), tf.neg(x), tf.sign(x), tf.ceil(x), tf.floor(x)], 2),
  'roots and powers': (x) =>
    tf.stack(
      [tf.sqrt(tf.abs(x)), tf.rsqrt(tf.add(tf.abs(x), 1)), tf.square(x), tf.reciprocal(x), tf.pow(tf.abs(x), 1.5)],
      1,
    ),
  'logarithms and angles': (x) => tf.concat([tf.exp(x), tf.log(tf.add(tf.abs(x), 1)), tf.sin(x), tf.cos(x)], 0),
  activations: (x) =>
    tf.stack([tf.relu(x), tf.sigmoid(x), tf.tanh(x), tf.softplus(x), tf.erf(x), tf.step(x), tf.leakyRelu(x, 0.3)]),
  'two at a time': (x) =>
    tf.squaredDifference(tf.div(x, tf.add(tf.abs(tf.transpose(x, [0, 1, 2])), 2)), tf.minimum(x, 0.5)),
  comparisons: (x) =>
    tf.where(
      tf.logicalOr(tf.greater(x, 1), tf.logicalNot(tf.lessEqual(x, tf.scalar(-1)))),
      x,
      tf.maximum(tf.mul(x, 3), -4),
    ),
  reductions: (x) =>
    tf.concat([tf.sum(x, -1, true), tf.mean(x, 2, true), tf.max(x, 2, true), tf.min(x, [2], true)], -1),
  'reduction of everything': (x) => tf.mean(x),
  softmax: (x) => tf.add(tf.softmax(x), tf.logSoftmax(tf.mul(x, 2))),
  'sums along an axis that is open': (x) => tf.cumsum(x, 1),
  'products of matrices': (x) => tf.matMul(x, x, false, true),
  'products that transpose': (x) => tf.matMul(x, tf.transpose(x, [0, 2, 1]), true, true),
  'a reshape with two open sizes': (x) => {
    const [batch = 0, length = 0] = x.shape;
    return tf.transpose(tf.reshape(x, [batch, length, 2, 2]), [0, 2, 1, 3]);
  },
  'a reshape that joins open sizes, and back': (x) => tf.reshape(tf.tanh(tf.reshape(x, [-1, 4])), x.shape),
  'slices up to an open size': (x) => {
    const [batch = 0, length = 0] = x.shape;
    return tf.slice(x, [0, 1, 2], [batch, length - 1, 2]);
  },
  'pieces of a split': (x) => tf.add(tf.split(x, 2, 2)[1] ?? x, tf.split(x, [2, 2], 2)[0] ?? x),
  'numbers made from sizes': (x) =>
    tf.mul(x, tf.cast(tf.expandDims(tf.range(0, x.shape[1] ?? 0, 1, 'int32'), 1), 'float32')),
  'filled tensors': (x) => tf.add(tf.add(x, tf.fill(x.shape, 0.25)), tf.sub(tf.onesLike(x), tf.zeros(x.shape))),
  'tiles and padding': (x) => tf.pad(tf.tile(tf.mean(x, 1, true), [1, x.shape[1] ?? 0, 2]), [[0, 0], [1, 2], [0, 1]], 7), // prettier-ignore
  'broadcasting to a shape': (x) => tf.broadcastTo(tf.max(x, 1, true), x.shape),
  'first positions of the largest': (x) => tf.cast(tf.argMax(x, 2), 'float32'),
  'unpacked rows': (x) => tf.stack(tf.unstack(tf.mean(x, 1), 1), 0),
};

const onIds: Readonly<Record<string, Operation>> = {
  'rows of a table': (x) => tf.gather(numbers([50, 3]), tf.cast(x, 'int32')),
  'rows by coordinates': (x) => tf.gatherND(numbers([50, 3]), tf.expandDims(tf.cast(x, 'int32'), 2)),
  'marks of a place': (x) => tf.mul(tf.oneHot(tf.cast(x, 'int32'), 50), 3),
  'comparisons of whole numbers': (x) => tf.cast(tf.notEqual(x, tf.mul(x, tf.scalar(1, 'int32'))), 'float32'),
};

afterEach(() => tf.disposeVariables());

// A GPU's own sines and logarithms differ from those of ONNX Runtime by more than is allowed here.
onBackends(['cpu', 'wasm'], () => {
  const compare = async (
    inputs: ExportOnnxOptions['inputs'],
    call: Operation,
    examples: readonly tf.Tensor[],
  ): Promise<void> => {
    const [name = ''] = Object.keys(inputs);
    const bytes = await exportOnnx({ inputs, call: (given) => ({ y: call(given[name] ?? tf.scalar(0)) }) });
    for (const example of examples) {
      const found = (await runOnnx(bytes, { [name]: example })).get('y') ?? tf.scalar(NaN);
      const expected = call(example);
      await expectTensorsClose(
        found,
        { shape: expected.shape, values: Float32Array.from(await expected.data()) },
        1e-5,
      );
    }
  };

  describe('a model computes in ONNX Runtime, for any sizes, what the code computes:', () => {
    it.each(Object.entries(onNumbers))('%s', async (_, call) => {
      await compare(grid, call, [numbers([1, 3, 4]), numbers([4, 9, 4])]);
    });

    it.each(Object.entries(onIds))('%s', async (_, call) => {
      await compare(ids, call, [
        tf.tensor2d([[0, 49, 7]], [1, 3], 'int32'),
        tf.tensor2d([[1], [30], [2]], [3, 1], 'int32'),
      ]);
    });
  });

  it('leaves neither a tensor nor a changed kernel behind, also after a failure', async () => {
    const weight = tf.variable(numbers([4, 2]));
    const call = ({ x }: Readonly<Record<string, tf.Tensor>>) => ({
      y: tf.matMul(tf.reshape(x ?? weight, [-1, 4]), weight),
    });
    const tensors = tf.memory().numTensors;
    const kernels = tf.getKernelsForBackend(tf.getBackend());
    await exportOnnx({ inputs: grid, call, parameters: new Map([['weight', weight]]) });
    await expect(
      exportOnnx({
        inputs: grid,
        call: () => {
          throw new RangeError('own mistake');
        },
      }),
    ).rejects.toThrow('own mistake');
    expect(tf.memory().numTensors).toBe(tensors);
    const after = tf.getKernelsForBackend(tf.getBackend());
    expect(after.length).toBe(kernels.length);
    for (const { kernelName, kernelFunc } of kernels) {
      expect(after.find((kernel) => kernel.kernelName === kernelName)?.kernelFunc, kernelName).toBe(kernelFunc);
    }
  });

  it('makes no copy of a parameter on the backend', async () => {
    const weights = [tf.variable(numbers([4, 6])), tf.variable(numbers([6, 2]))];
    const buffers: number[] = [];
    await exportOnnx({
      inputs: grid,
      call: ({ x }) => {
        buffers.push(tf.memory().numDataBuffers);
        return {
          y: weights.reduce((y: tf.Tensor, weight) => tf.matMul(y, weight), tf.reshape(x ?? tf.scalar(0), [-1, 4])),
        };
      },
      parameters: new Map(weights.map((weight, i) => [`weight${i}`, weight])),
    });
    const [first = NaN, second = NaN] = buffers;
    expect(second - first).toBe(0);
  });
});

describe('what cannot be written', () => {
  it.each<[string, Operation, string]>([
    ['a kernel without a counterpart', (x) => tf.acosh(x), 'kernel Acosh has no counterpart here'],
    [
      'a constant made from a size',
      (x) => tf.mul(x, tf.scalar(1 / (x.shape[1] ?? 1))),
      'must be the same in both runs',
    ],
    [
      'values made from a size',
      (x) =>
        tf.add(
          x,
          tf.tensor(
            Float32Array.from({ length: x.shape[1] ?? 0 }, (_, i) => Math.sqrt(i)),
            [x.shape[1] ?? 0, 1],
          ),
        ),
      'must hold one value throughout',
    ],
    [
      'a decision by size',
      (x) => ((x.shape[1] ?? 0) > 6 ? tf.exp(x) : tf.sin(x)),
      'must be the same kernel in both runs',
    ],
    ['a loop over an open size', (x) => tf.addN(tf.unstack(x, 1)), 'exportOnnx'],
  ])('%s', async (_, call, message) => {
    const attempt = exportOnnx({ inputs: grid, call: ({ x }) => ({ y: call(x ?? tf.scalar(0)) }) });
    await expect(attempt).rejects.toThrow(OnnxExportError);
    await expect(attempt).rejects.toThrow(message);
  });
});
