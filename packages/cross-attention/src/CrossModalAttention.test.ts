import {
  backendsUnderTest,
  expectNoLeaks,
  expectTensorsClose,
  onBackends,
  seededNormal,
  useBackend,
} from '@crossmodal/testing';
import { ShapeError } from '@crossmodal/layers';
import {
  abs,
  add,
  concat,
  dispose,
  gather,
  matMul,
  mul,
  ones,
  type Rank,
  type Scalar,
  slice,
  softmax,
  square,
  sub,
  sum,
  type Tensor,
  tensor1d,
  tensor2d,
  type Tensor2D,
  type Tensor3D,
  tidy,
  transpose,
  variableGrads,
  zeros,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  CrossModalAttention,
  type CrossModalAttentionInputs,
  type CrossModalAttentionOptions,
} from './CrossModalAttention.js';
import { SingleKeyError } from './SingleKeyError.js';

const states = (shape: [number, number, number], seed: number) => seededNormal(shape, seed) as Tensor3D; // rank 3
const pooled = (shape: [number, number], seed: number) => seededNormal(shape, seed) as Tensor2D; // rank 2

const variants: readonly Partial<CrossModalAttentionOptions>[] = [
  {},
  { nullKey: true },
  { gate: 'tanh' },
  { gate: 'sigmoid', nullKey: true },
];

/** A layer whose every weight is a seeded normal value: the initial biases, null key and gate would hide mistakes. */
function makeLayer(options: Partial<CrossModalAttentionOptions> = {}): CrossModalAttention {
  const layer = new CrossModalAttention({ hiddenSize: 8, numAttentionHeads: 2, ...options });
  layer.build([
    [null, null, 5],
    [null, null, 6],
  ]);
  tidy(() => {
    layer.weights.forEach((weight, i) => weight.write(seededNormal(weight.read().shape, 100 + i, 0.5)));
  });
  return layer;
}

onBackends(backendsUnderTest(), () => {
  it('gives zeros before the output projection to a sample whose keys are all masked', async () => {
    for (const nullKey of [false, true]) {
      const layer = makeLayer({ nullKey });
      const { attended, crossAttentions, nullAttention } = layer.attend({
        query: states([2, 3, 5], 1),
        key: states([2, 4, 6], 2),
        keyMask: tensor2d([1, 1, 0, 1, 0, 0, 0, 0], [2, 4], 'int32'),
      });
      const bias = await weightOf(layer, 'output.bias').data();
      await expectTensorsClose(gather(attended, [1]), {
        shape: [1, 3, 8],
        values: [...bias, ...bias, ...bias],
      });
      await expectTensorsClose(gather(crossAttentions, [1]), zeros([1, 2, 3, 4]), 0);
      if (nullAttention) await expectTensorsClose(gather(nullAttention, [1]), ones([1, 2, 3]));
    }
  });

  it('has attention rows that sum to 1, or to 1 - nullAttention', async () => {
    const inputs = {
      query: states([2, 3, 5], 1),
      key: states([2, 4, 6], 2),
      keyMask: tensor2d([1, 1, 0, 1, 1, 1, 1, 1], [2, 4], 'int32'),
    };
    const { crossAttentions } = makeLayer().attend(inputs);
    await expectTensorsClose(sum(crossAttentions, -1), ones([2, 2, 3]));
    const withNull = makeLayer({ nullKey: true }).attend(inputs);
    if (!withNull.nullAttention) throw new Error('A null key must have its weight returned.');
    await expectTensorsClose(add(sum(withNull.crossAttentions, -1), withNull.nullAttention), ones([2, 2, 3]));
    for (const weight of await withNull.nullAttention.data()) {
      expect(weight).toBeGreaterThan(0);
      expect(weight).toBeLessThan(1);
    }
  });

  it('permutes the attention when the patches are permuted, and keeps the attended values', async () => {
    const layer = makeLayer({ nullKey: true });
    const query = states([2, 3, 5], 1);
    const key = states([2, 4, 6], 2);
    const order = tensor1d([2, 0, 3, 1], 'int32');
    const before = layer.attend({ query, key });
    const after = layer.attend({ query, key: gather(key, order, 1) });
    await expectTensorsClose(after.attended, before.attended);
    await expectTensorsClose(after.crossAttentions, gather(before.crossAttentions, order, 3));
  });

  it('gives a sample the same output whatever its padding holds', async () => {
    for (const options of variants) {
      const layer = makeLayer(options);
      const query = states([2, 3, 5], 1);
      const key = states([2, 4, 6], 2);
      const alone = layer.attend({ query, key });
      const padded = layer.attend({
        query: concat([query, states([2, 2, 5], 3)], 1),
        key: concat([key, mul(states([2, 3, 6], 4), 100)], 1),
        queryMask: concat([ones([2, 3]), zeros([2, 2])], 1),
        keyMask: concat([ones([2, 4]), zeros([2, 3])], 1),
      });
      await expectTensorsClose(slice(padded.attended, [0, 0, 0], [2, 3, 8]), alone.attended);
      await expectTensorsClose(slice(padded.attended, [0, 3, 0], [2, 2, 8]), zeros([2, 2, 8]), 0);
      await expectTensorsClose(slice(padded.crossAttentions, [0, 0, 0, 0], [2, 2, 3, 4]), alone.crossAttentions);
      await expectTensorsClose(slice(padded.crossAttentions, [0, 0, 0, 4], [2, 2, 5, 3]), zeros([2, 2, 5, 3]), 0);
      await expectTensorsClose(slice(padded.crossAttentions, [0, 0, 3, 0], [2, 2, 2, 7]), zeros([2, 2, 2, 7]), 0);
    }
  });

  it('gives a sample the same output whatever its batch mates are', async () => {
    for (const options of variants) {
      const layer = makeLayer(options);
      expect(await batchMatesShift((query, key) => layer.attend({ query, key }).attended, 3)).toBeLessThan(1e-5);
    }
    const pooledLayer = makeLayer({ nullKey: true });
    expect(await batchMatesShift((query, key) => pooledLayer.attend({ query, key }).attended, 2)).toBeLessThan(1e-5);
  });

  it('differs from the naive form, a softmax over the batch, which the same check catches', async () => {
    // On pooled vectors [B, D], softmax(q k^T) is [B, B]: every text attends to the other samples' images.
    const naive = (query: Tensor, key: Tensor): Tensor => {
      const [queries, keys, values] = [
        matMul(query as Tensor2D, seededNormal([5, 8], 1) as Tensor2D),
        matMul(key as Tensor2D, seededNormal([6, 8], 2) as Tensor2D),
        matMul(key as Tensor2D, seededNormal([6, 8], 3) as Tensor2D),
      ];
      return matMul(softmax(mul(matMul(queries, transpose(keys)), 1 / Math.sqrt(8))), values);
    };
    expect(await batchMatesShift(naive, 2)).toBeGreaterThan(0.1);
  });

  it('drops weights only while training, by the seed, and returns them as they were before', async () => {
    const layer = makeLayer({ attentionDropout: 0.5 });
    const inputs = { query: states([2, 3, 5], 1), key: states([2, 4, 6], 2) };
    const still = layer.attend(inputs);
    const dropped = layer.attend({ ...inputs, training: true, seed: 7 });
    await expectTensorsClose(dropped.crossAttentions, still.crossAttentions, 1e-6);
    await expectTensorsClose(layer.attend({ ...inputs, training: true, seed: 7 }).attended, dropped.attended, 0);
    expect(await largestDifference(dropped.attended, still.attended)).toBeGreaterThan(0.01);
    const other = layer.attend({ ...inputs, training: true, seed: 8 });
    expect(await largestDifference(dropped.attended, other.attended)).toBeGreaterThan(0.01);
  });

  it('leaves no tensor behind', async () => {
    for (const options of variants) {
      const layer = makeLayer({ ...options, attentionDropout: 0.25 });
      const inputs = { query: states([2, 3, 5], 1), key: states([2, 4, 6], 2) };
      const queryMask = ones<Rank.R2>([2, 3]);
      const keyMask = ones<Rank.R2>([2, 4]);
      await expectNoLeaks(() => {
        dispose({ ...layer.attend({ ...inputs, queryMask, keyMask, training: true, seed: 3 }) });
        // Tensors in, an array of tensors out.
        dispose(layer.apply([inputs.query, inputs.key, queryMask, keyMask], { training: true }) as Tensor[]);
      });
      await expectNoLeaks(() => {
        expect(() => layer.attend({ ...inputs, keyMask: queryMask })).toThrow(ShapeError);
        expect(() => layer.attend({ ...inputs, training: true })).toThrow(TypeError);
      });
    }
  });

  it('frees its weights', async () => {
    await expectNoLeaks(() => {
      makeLayer({ nullKey: true, gate: 'tanh' }).dispose();
    });
    await expectNoLeaks(() => {
      const layer = new CrossModalAttention({ hiddenSize: 8 });
      tidy(() => {
        layer.attend({ query: states([2, 3, 5], 1), key: states([2, 4, 6], 2) });
      });
      layer.dispose();
    });
  });
});

describe('CrossModalAttention', () => {
  beforeAll(() => useBackend('cpu'));

  it('has the documented weights and defaults', () => {
    const layer = new CrossModalAttention({ hiddenSize: 8 });
    expect(layer).toMatchObject({ numAttentionHeads: 1, nullKey: false, gate: 'none', attentionDropout: 0 });
    expect(shapesOf(makeLayer({ nullKey: true, gate: 'tanh' }))).toEqual({
      'query.weight': [8, 5],
      'query.bias': [8],
      'key.weight': [8, 6],
      'key.bias': [8],
      'value.weight': [8, 6],
      'value.bias': [8],
      'output.weight': [8, 8],
      'output.bias': [8],
      nullKey: [8],
      gate: [1],
    });
    expect(shapesOf(makeLayer({ gate: 'sigmoid' }))).toMatchObject({ 'gate.weight': [2, 5], 'gate.bias': [2] });
    expect(makeLayer().countParams()).toBe(8 * 5 + 8 * 6 * 2 + 8 * 8 + 4 * 8);
  });

  it('starts from its seed: equal seeds give equal weights, others differ, and every weight has its own', async () => {
    const first = (seed: number) => {
      const layer = new CrossModalAttention({ hiddenSize: 8, seed });
      layer.build([[2, 3, 6], [2, 4, 6]]); // prettier-ignore
      return layer;
    };
    await expectTensorsClose(weightOf(first(1), 'key.weight'), weightOf(first(1), 'key.weight'), 0);
    expect(await largestDifference(weightOf(first(1), 'key.weight'), weightOf(first(2), 'key.weight'))).toBeGreaterThan(
      0.01,
    );
    expect(
      await largestDifference(weightOf(first(1), 'key.weight'), weightOf(first(1), 'value.weight')),
    ).toBeGreaterThan(0.01);
  });

  it('lets a gradient reach every weight from the start, whatever the gate', async () => {
    for (const gate of ['none', 'tanh', 'sigmoid'] as const) {
      const layer = new CrossModalAttention({ hiddenSize: 8, numAttentionHeads: 2, nullKey: true, gate });
      const inputs = { query: states([2, 3, 5], 1), key: states([2, 4, 6], 2) };
      layer.build([inputs.query.shape, inputs.key.shape]);
      const { grads } = variableGrads(() => sum<Scalar>(square(layer.attend(inputs).attended)));
      for (const { originalName, ...weight } of layer.weights) {
        const gradient = grads[weight.name];
        if (!gradient) throw new Error(`${originalName} got no gradient with gate ${gate}.`);
        // Softmax ignores what all keys share; with a null key, which has no bias, even the key bias matters.
        const largest = Math.max(...(await abs(gradient).data()));
        expect(largest, originalName).toBeGreaterThan(1e-6);
      }
      layer.dispose();
    }
  });

  it('draws other dropout in each training call through apply', async () => {
    const layer = makeLayer({ attentionDropout: 0.5 });
    const inputs = [states([2, 3, 5], 1), states([2, 4, 6], 2)];
    const run = (training: boolean) => layer.apply(inputs, { training }) as [Tensor, Tensor]; // tensors in, tensors out
    expect(await largestDifference(run(true)[0], run(true)[0])).toBeGreaterThan(0.01);
    expect(await largestDifference(run(false)[0], run(false)[0])).toBe(0);
  });

  it('accepts a single key with a null key or a gate', () => {
    for (const options of [{ nullKey: true }, { gate: 'tanh' }, { gate: 'sigmoid' }] as const) {
      const layer = new CrossModalAttention({ hiddenSize: 8, ...options });
      const { attended, crossAttentions } = layer.attend({ query: pooled([2, 5], 1), key: pooled([2, 6], 2) });
      expect(attended.shape).toEqual([2, 1, 8]);
      expect(crossAttentions.shape).toEqual([2, 1, 1, 1]);
    }
  });

  it('refuses a single key without null key and gate, and says why', () => {
    const layer = new CrossModalAttention({ hiddenSize: 8 });
    const query = states([2, 3, 5], 1);
    const refusal =
      /^CrossModalAttention: key must be \[B, P, Dk\] with P of at least 2, got \[2, 6\], .*identically 1/;
    expect(() => layer.attend({ query, key: pooled([2, 6], 2) })).toThrow(refusal);
    expect(() => layer.attend({ query, key: states([2, 1, 6], 2) })).toThrow(SingleKeyError);
    expect(() => layer.apply([query, states([2, 1, 6], 2)])).toThrow('got [2, 1, 6], one key per sample');
    expect(() => layer.build([[null, 3, 5], [null, 1, 6]])).toThrow('got [any, 1, 6]'); // prettier-ignore
    const error = new SingleKeyError('here', [2, 6]);
    expect(error).toMatchObject({ name: 'SingleKeyError', argument: 'here: key', received: '[2, 6]' });
    expect(error.expected).toBe('[B, P, Dk] with P of at least 2');
  });

  it('names the argument, the expectation and the shape that arrived', () => {
    const layer = makeLayer();
    const query = states([2, 3, 5], 1);
    const key = states([2, 4, 6], 2);
    const message = (inputs: CrossModalAttentionInputs) => {
      expect(() => layer.attend(inputs)).toThrow(ShapeError);
      return messageOf(() => layer.attend(inputs));
    };
    expect(message({ query: states([2, 3, 4], 1), key })).toBe(
      'CrossModalAttention: query must be [B, T, 5] or [B, 5], got [2, 3, 4].',
    );
    expect(message({ query, key: states([2, 4, 7], 1) })).toBe(
      'CrossModalAttention: key must be [B, P, 6] or [B, 6], got [2, 4, 7].',
    );
    expect(message({ query, key: states([3, 4, 6], 1) })).toBe(
      'CrossModalAttention: key must be of batch size 2 like query, got [3, 4, 6].',
    );
    expect(message({ query, key, queryMask: ones([2, 4]) })).toBe(
      'CrossModalAttention: queryMask must be [2, 3] with 1 = attend, got [2, 4].',
    );
    expect(message({ query, key, keyMask: ones([2, 3]) })).toBe(
      'CrossModalAttention: keyMask must be [2, 4] with 1 = attend, got [2, 3].',
    );
    expect(() => new CrossModalAttention({ hiddenSize: 8 }).build([[2, 3, null], [2, 4, 6]])) // prettier-ignore
      .toThrow('CrossModalAttention: query must be [B, T, Dq] or [B, Dq], got [2, 3, any].');
  });

  it('refuses wrong counts of positional inputs', () => {
    const query = states([2, 3, 5], 1);
    const text = 'CrossModalAttention: inputs must be an array of query, key, queryMask?, keyMask?, got ';
    for (const layer of [makeLayer(), new CrossModalAttention({ hiddenSize: 8 })]) {
      expect(() => layer.apply([query])).toThrow(text);
      expect(() => layer.apply(query)).toThrow(text);
      expect(() => layer.apply([query, query, query, query, query])).toThrow(`${text}5 tensors`);
    }
  });

  it('refuses dropout without a seed', () => {
    expect(
      messageOf(() =>
        makeLayer({ attentionDropout: 0.1 }).attend({
          query: states([2, 3, 5], 1),
          key: states([2, 4, 6], 2),
          training: true,
        }),
      ),
    ).toBe(
      'CrossModalAttention: attend needs a seed to apply attentionDropout 0.1, got none. ' +
        'Pass { seed } derived from the step, or training: false.',
    );
  });

  it('refuses options outside their range', () => {
    const make = (options: Partial<CrossModalAttentionOptions>) => () =>
      new CrossModalAttention({ hiddenSize: 8, ...options });
    expect(make({ hiddenSize: 0 })).toThrow('CrossModalAttention: hiddenSize must be a positive integer, got 0.');
    expect(make({ numAttentionHeads: 1.5 })).toThrow('numAttentionHeads must be a positive integer, got 1.5.');
    expect(make({ numAttentionHeads: 3 })).toThrow('hiddenSize by numAttentionHeads must be divisible by 3, got 8.');
    expect(make({ attentionDropout: 1 })).toThrow('attentionDropout must be in [0, 1), got 1.');
    // A caller without types can pass any string.
    expect(make({ gate: 'relu' as 'none' })).toThrow('gate must be one of none, tanh, sigmoid, got relu.');
  });
});

/** How far sample 0 moves, at most, when its batch mates are taken away or replaced. */
async function batchMatesShift(attend: (query: Tensor2D, key: Tensor2D) => Tensor, rank: 2): Promise<number>;
async function batchMatesShift(attend: (query: Tensor3D, key: Tensor3D) => Tensor, rank: 3): Promise<number>;
async function batchMatesShift(attend: (query: never, key: never) => Tensor, rank: 2 | 3): Promise<number> {
  const shape = (batch: number, features: number) => (rank === 2 ? [batch, features] : [batch, 3, features]);
  const first = { query: seededNormal(shape(1, 5), 11), key: seededNormal(shape(1, 6), 12) };
  const run = (...mates: (typeof first)[]): Tensor => {
    const all = [first, ...mates];
    // The overloads above tie the rank of the tensors to the function.
    const output = attend(
      concat(all.map(({ query }) => query)) as never, // prettier-ignore
      concat(all.map(({ key }) => key)) as never,
    );
    return gather(output, [0]);
  };
  const mates = (seed: number) => ({
    query: seededNormal(shape(2, 5), seed),
    key: seededNormal(shape(2, 6), seed + 1),
  });
  const alone = run();
  return Math.max(
    await largestDifference(run(mates(21)), alone),
    await largestDifference(run(mates(31)), run(mates(41))),
  );
}

async function largestDifference(left: Tensor, right: Tensor): Promise<number> {
  return Math.max(...(await abs(sub(left, right)).data()));
}

function weightOf(layer: CrossModalAttention, name: string): Tensor {
  const found = layer.weights.find(({ originalName }) => originalName === name);
  if (!found) throw new RangeError(`weightOf: no weight "${name}".`);
  return found.read();
}

function shapesOf(layer: CrossModalAttention): Record<string, unknown> {
  return Object.fromEntries(layer.weights.map(({ originalName, shape }) => [originalName, shape]));
}

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  throw new Error('messageOf: nothing was thrown.');
}
