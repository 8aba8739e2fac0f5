import {
  add,
  addN,
  argMax,
  argMin,
  cast,
  clipByValue,
  concat,
  div,
  dot,
  engine,
  equal,
  gather,
  getBackend,
  greater,
  logicalAnd,
  logicalNot,
  logSoftmax,
  matMul,
  max,
  maximum,
  mean,
  mul,
  oneHot,
  pad,
  relu,
  reshape,
  scalar,
  type Scalar,
  setBackend,
  slice,
  softmax,
  split,
  sqrt,
  square,
  stack,
  step,
  sub,
  sum,
  tanh,
  tensor,
  type Tensor,
  type Tensor1D,
  tidy,
  tile,
  topk,
  transpose,
  unsortedSegmentSum,
  variableGrads,
  where,
  zerosLike,
  backend as currentBackend,
  dispose,
  memory,
  variable,
} from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import { beforeAll, expect, it } from 'vitest';
import { OnnxRuntimeBackend } from '../OnnxRuntimeBackend.js';
import { registerOnnxRuntimeBackend } from '../registerOnnxRuntimeBackend.js';

beforeAll(async () => {
  registerOnnxRuntimeBackend();
  await setBackend('onnxruntime');
});

/** Numbers around zero without a pattern. */
function numbers(size: number, seed: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => Math.sin((i + 1) * 12.9898 + seed * 78.233) * 2);
}

/** `ids` are int32, in [0, 3); the others float32. */
type Given = Readonly<Record<'x' | 'y' | 'ids', Tensor>>;

function given(seed: number): Given {
  const ids = Array.from({ length: 4 }, (_, i) => (i * 7 + seed) % 3);
  return {
    x: tensor(numbers(12, seed), [4, 3]),
    y: tensor(numbers(12, seed + 0.5), [4, 3]),
    ids: tensor(ids, [4], 'int32'),
  };
}

function backend(): OnnxRuntimeBackend {
  const current = currentBackend();
  if (current instanceof OnnxRuntimeBackend) return current;
  throw new TypeError(`the backend must be onnxruntime, got ${getBackend()}.`);
}

/** What each does must come out the same for other values than those of the capture. */
const computations: readonly (readonly [string, (inputs: Given) => Tensor])[] = [
  ['elementwise', ({ x, y }) => div(mul(add(x, y), sub(x, 2)), add(square(y), 1))],
  ['broadcasting', ({ x, y }) => add(mul(x, slice(y, [0, 0], [1, 3])), sum(y, 1, true))],
  ['activations', ({ x }) => addN([relu(x), tanh(x), sqrt(square(x)), clipByValue(x, -0.5, 1)])],
  ['products', ({ x, y }) => matMul(x, y, false, true)],
  ['a product of vectors', ({ x, y }) => dot(reshape(x, [12]), reshape(y, [12]))],
  ['reductions', ({ x, y }) => stack([mean(x), max(y), sum(x), sum(mul(x, y), [0, 1])])],
  ['softmax', ({ x, y }) => add(softmax(x), logSoftmax(y))],
  ['moving', ({ x, y }) => transpose(concat([slice(x, [1, 0], [2, 3]), y], 0))],
  ['pieces', ({ x }) => add(...(split(x, [1, 2], 1).map((part) => sum(part, 1)) as [Tensor, Tensor]))],
  [
    'padding and tiles',
    ({ x }) =>
      mul(
        pad(
          x,
          [
            [1, 0],
            [0, 2],
          ],
          0.5,
        ),
        tile(slice(sum(x, 0, true), [0, 0], [1, 1]), [5, 5]),
      ),
  ],
  ['rows by number', ({ x, ids }) => gather(x, ids)],
  ['columns by number', ({ x, ids }) => gather(x, ids, 1)],
  ['sums by number', ({ x, ids }) => unsortedSegmentSum(x, cast<Tensor1D>(sub(ids, 1), 'int32'), 3)],
  ['one-hot', ({ x, ids }) => mul(cast(oneHot(cast(ids, 'int32'), 3), 'float32'), x)],
  ['choices', ({ x, y }) => where(logicalAnd(greater(x, 0), logicalNot(greater(y, 0.5))), x, y)],
  ['a choice of rows', ({ x, y, ids }) => where(equal(reshape(ids, [4, 1]), 1), x, y)],
  ['places', ({ x, y }) => stack([argMax(x, -1), argMin(y, 1)])],
  ['steps', ({ x }) => mul(step(x), maximum(x, 0.25))],
  ['numbers of int32', ({ ids, x }) => mul(cast(sum(cast(greater(ids, 0), 'int32')), 'float32'), x)],
  ['constants', ({ x }) => add(x, add(tensor(numbers(3, 9)), zerosLike(x)))],
  ['an input itself', ({ x }) => reshape(x, [3, 4])],
  ['nothing of the inputs', () => scalar(3)],
];

it.each(computations)('computes %s of other values as kernels one by one do', (_, compute) => {
  const [first, second] = [given(1), given(2)];
  const { results, graph, failure } = backend().captureGraph(() => [tidy(() => compute(first))], Object.values(first));
  expect(failure).toBeUndefined();
  const expected = tidy(() => compute(second));
  // Memory of the capture is used again before the graph runs.
  tidy(() => Array.from({ length: 20 }, () => tensor(new Float32Array(12).fill(NaN))));
  const [replayed] = graph!.run(Object.values(second), []);
  const values = engine().makeTensorFromTensorInfo(replayed!);
  expect(values.shape).toEqual(expected.shape);
  expect(values.dtype).toBe(expected.dtype);
  const [received, wanted] = [values.dataSync(), expected.dataSync()];
  for (const [i, value] of wanted.entries()) expect(received[i]).toBeCloseTo(value, 5);
  graph!.dispose();
  dispose([values, expected, ...results, ...Object.values(first), ...Object.values(second)]);
});

/** The kernels that `@crossmodal/layers` looks for. */
function kernel(name: string, inputs: Record<string, Tensor>, attributes: Record<string, number> = {}): Tensor[] {
  const outputs = engine().runKernel<Tensor | Tensor[]>(name, inputs, attributes);
  return Array.isArray(outputs) ? outputs : [outputs];
}

it.each<readonly [string, (inputs: Given) => Tensor[]]>([
  [
    'attention whose bias closes other rows',
    ({ x, y, ids }) => {
      const bias = reshape(mul(cast(ids, 'float32'), -1e9), [4, 1, 1, 1]);
      const [query, key] = [reshape(x, [4, 1, 1, 3]), reshape(y, [4, 1, 1, 3])];
      return kernel('CrossmodalAttentionWeights', { query, key, bias }, { scale: 0.5 });
    },
  ],
  ['rows of a table', ({ x, ids }) => kernel('CrossmodalEmbeddingLookup', { table: x, indices: reshape(ids, [4, 1]) })],
  [
    'the gradient of rows of which several are one',
    ({ x, ids }) =>
      kernel('CrossmodalEmbeddingGrad', { indices: reshape(ids, [4, 1]), updates: x }, { entries: 3, width: 3 }),
  ],
  [
    'cross-entropy',
    ({ x, y }) => {
      const [losses, logProbabilities] = kernel('CrossmodalSoftmaxCrossEntropy', { logits: x, targets: softmax(y) });
      return [losses!, logProbabilities!];
    },
  ],
  [
    'the same values behind barriers, whatever must be computed first',
    ({ x, y }) =>
      [y, mul(y, NaN)].flatMap((dependency) => kernel('CrossmodalOptimizationBarrier', { x, dependency, other: y })),
  ],
  [
    'the gradient of cross-entropy',
    ({ x, y }) =>
      kernel('CrossmodalSoftmaxCrossEntropyGrad', { dy: sum(y, 1), logProbabilities: logSoftmax(x), targets: y }),
  ],
])('computes %s', (_, compute) => {
  const [first, second] = [given(1), given(2)];
  const { graph, failure } = backend().captureGraph(() => compute(first), Object.values(first));
  expect(failure).toBeUndefined();
  const replayed = graph!.run(Object.values(second), []).map((result) => engine().makeTensorFromTensorInfo(result));
  for (const [at, wanted] of compute(second).entries()) {
    expect(replayed[at]!.shape).toEqual(wanted.shape);
    const received = replayed[at]!.dataSync();
    for (const [i, value] of wanted.dataSync().entries()) expect(received[i]).toBeCloseTo(value, 5);
  }
});

it('drops what the keys of the step say, in both directions', () => {
  const x = tensor(numbers(100, 1), [100]);
  const drop = (first: number, second: number): Tensor =>
    kernel('CrossmodalDropout', { x }, { rate: 0.25, firstKey: first, secondKey: second })[0]!;
  const { graph } = backend().captureGraph(() => [drop(1, 2), drop(3, 4), drop(1, 2)], [x]);
  expect(graph!.masks.map(({ firstKey, secondKey }) => [firstKey, secondKey])).toEqual([
    [1, 2],
    [3, 4],
  ]);
  const keys = [
    { firstKey: 5, secondKey: 6 },
    { firstKey: 7, secondKey: 8 },
  ];
  const results = graph!.run([x], keys).map((result) => [...engine().makeTensorFromTensorInfo(result).dataSync()]);
  const [other, another] = [[...drop(5, 6).dataSync()], [...drop(7, 8).dataSync()]];
  expect(results).toEqual([other, another, other]);
  expect(other).not.toEqual(another);
});

it('computes gradients, and leaves nothing behind', () => {
  const weight = variable(tensor(numbers(6, 5), [3, 2]));
  const gradients = ({ x, ids }: Given): Tensor[] => {
    const { value, grads } = variableGrads(() => {
      const wanted = cast(oneHot(cast(ids, 'int32'), 2), 'float32');
      return mean(square(sub(tanh(matMul(x, weight as unknown as Tensor)), wanted)));
    }, [weight]);
    return [value, ...Object.values(grads)];
  };
  const [first, second] = [given(1), given(2)];
  const inputs = (values: Given): Tensor[] => [...Object.values(values), weight];
  const capture = backend().captureGraph(() => gradients(first), inputs(first));
  weight.assign(tensor(numbers(6, 7), [3, 2]));
  const expected = gradients(second);
  const before = { ...memory(), lent: backend().pool.lentBytes };
  for (let i = 0; i < 3; i += 1) {
    const replayed = capture.graph!.run(inputs(second), []).map((result) => engine().makeTensorFromTensorInfo(result));
    for (const [at, wanted] of expected.entries()) {
      const received = replayed[at]!.dataSync();
      for (const [j, value] of wanted.dataSync().entries()) expect(received[j]).toBeCloseTo(value, 6);
    }
    dispose(replayed);
  }
  expect({ ...memory(), lent: backend().pool.lentBytes }).toEqual(before);
});

it('knows how much of its values it needs at once', () => {
  const x = tensor(numbers(100, 1), [10, 10]);
  const weight = variable(tensor(numbers(100, 2), [10, 10]));
  const deep = (): Tensor => {
    let values: Tensor = x;
    for (let i = 0; i < 6; i += 1) values = tanh(matMul(values, weight as unknown as Tensor));
    return sum(values);
  };
  const forward = backend().captureGraph(() => [tidy(deep)], [x, weight]);
  // A product and what is made of it.
  expect(forward.graph!.peakBytes).toBe(2 * 400);
  const backward = backend().captureGraph(() => {
    const { value, grads } = variableGrads(deep as () => Scalar, [weight]);
    return [value, ...Object.values(grads)];
  }, [x, weight]);
  // The backward pass needs every tanh.
  expect(backward.graph!.peakBytes).toBeGreaterThanOrEqual(6 * 400);
  expect(backward.graph!.peakBytes).toBeLessThan(12 * 400);
  // What is given or given out is in memory of others.
  const through = backend().captureGraph(() => [reshape(x, [100]), tanh(x)], [x]);
  expect(through.graph!.peakBytes).toBe(0);
  for (const { graph, results } of [forward, backward, through]) {
    graph!.dispose();
    dispose([...results]);
  }
});

it('keeps constants whose memory is used again', () => {
  const x = tensor(numbers(8192, 1), [8192]);
  const constant = tensor(numbers(8192, 2), [8192]);
  const { results, graph } = backend().captureGraph(() => {
    const doubled = tidy(() => add(constant, constant));
    const sums = [add(x, doubled)];
    doubled.dispose();
    return sums;
  }, [x]);
  const expected = results[0]!.dataSync();
  tidy(() => Array.from({ length: 8 }, () => mul(x, NaN)));
  const [replayed] = graph!.run([x], []).map((result) => engine().makeTensorFromTensorInfo(result));
  expect(replayed!.dataSync()).toEqual(expected);
});

it('says why something cannot be written down, and computes it all the same', () => {
  const { x, y, ids } = given(1);
  const capture = (run: () => Tensor): ReturnType<OnnxRuntimeBackend['captureGraph']> =>
    backend().captureGraph(() => [tidy(run)], [x, y, ids]);
  const unknown = capture(() => topk(x, 2).values);
  expect(unknown.graph).toBeUndefined();
  expect(unknown.failure).toBe('the kernel TopK cannot be part of a graph for inputs of float32 [4, 3]');
  expect(unknown.results[0]!.shape).toEqual([4, 2]);
  const reading = capture(() => mul(x, sum(y).dataSync()[0]!));
  expect(reading.failure).toBe('values are read while it is captured');
  const inner = { failure: undefined as string | undefined };
  capture(() => {
    inner.failure = capture(() => mul(x, y)).failure;
    return mul(x, y);
  });
  expect(inner.failure).toBe('a graph is captured already');
  expect(() =>
    capture(() => {
      throw new Error('stop');
    }),
  ).toThrow('stop');
  expect(backend().isRecording).toBe(false);
});

it('refuses inputs of other shapes, and indices outside', () => {
  const { x, ids } = given(1);
  const { graph } = backend().captureGraph(() => [gather(x, ids)], [x, ids]);
  const wide = tensor(numbers(16, 1), [4, 4]);
  expect(() => graph!.run([wide, ids], [])).toThrow(
    'CapturedGraph: the inputs must be float32 [4, 3], int32 [4], got float32 [4, 4], int32 [4].',
  );
  expect(() => graph!.run([x, ids], [{ firstKey: 1, secondKey: 2 }])).toThrow(
    'CapturedGraph: 0 pairs of keys are needed, got 1.',
  );
  for (const index of [-1, 4]) {
    const outside = tensor([0, 1, index, 2], [4], 'int32');
    expect(() => graph!.run([x, outside], [])).toThrow(
      `CapturedGraph: indices of input 1 must be in [0, 4), got ${index}.`,
    );
  }
});
