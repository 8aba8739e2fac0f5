import { expectTensorsClose } from '@crossmodal/testing';
import '@tensorflow/tfjs-backend-cpu';
import {
  add,
  engine,
  matMul,
  mean,
  mul,
  relu,
  reshape,
  rsqrt,
  setBackend,
  square,
  sub,
  type Tensor,
  tensor,
  type Tensor1D,
  type Tensor2D,
  transpose,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { runOnnx } from '../__fixtures__/runOnnx.js';
import { exportOnnx } from '../exportOnnx.js';

const wave = (shape: number[], step: number): Tensor => {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, i) => 1.4 * Math.sin(i * step + step)),
    shape,
  );
};
const [weight, bias, scale, shift] = [wave([6, 4], 0.7), wave([6], 0.3), wave([6], 1.1), wave([6], 0.9)] as const;

/** What a layer computes: the kernel inside a trace, and its definition outside. */
interface Rows {
  linear: (x: Tensor) => Tensor;
  norm: (x: Tensor) => Tensor;
}

const kernels: Rows = {
  linear: (x) => run('CrossmodalLinear', { x, weight, bias }),
  norm: (x) => run('CrossmodalLayerNorm', { x, weight: scale, bias: shift }, { epsilon: 1e-3 }),
};

const definitions: Rows = {
  linear: (x) => add(matMul(x as Tensor2D, transpose(weight as Tensor2D)), bias as Tensor1D),
  norm: (x) => {
    const centered = sub(x, mean(x, -1, true));
    const normalized = mul(centered, rsqrt(add(mean(square(centered), -1, true), 1e-3)));
    return add(mul(normalized, scale), shift);
  },
};

const run = (kernel: string, inputs: Record<string, Tensor>, attributes = {}): Tensor => {
  const made = engine().runKernel<Tensor | Tensor[]>(kernel, inputs, attributes);
  return Array.isArray(made) ? made[0]! : made;
};

/** Linear, then norm, on `[batch, length, 4]`, as layers call them: on rows. */
const onTokens =
  ({ linear, norm }: Rows) =>
  (x: Tensor): Tensor => {
    const [batch = 0, length = 0] = x.shape;
    const hidden = reshape(linear(reshape(x, [-1, 4])), [batch, length, 6]);
    return reshape(norm(reshape(hidden, [-1, 6])), [batch, length, 6]);
  };

/** Heads that were computed apart are joined before the layer reads them. */
const onJoinedHeads =
  ({ linear }: Rows) =>
  (x: Tensor): Tensor => {
    const [batch = 0, length = 0] = x.shape;
    const heads = transpose(reshape(x, [batch, length, 2, 2]), [0, 2, 1, 3]);
    const joined = reshape(transpose(heads, [0, 2, 1, 3]), [batch, length, 4]);
    return reshape(linear(reshape(joined, [-1, 4])), [batch, length, 6]);
  };

/** Rows that never had more axes. */
const onRows =
  ({ linear, norm }: Rows) =>
  (x: Tensor): Tensor =>
    norm(linear(mean(x, 1)));

/** Rows of two elements where the layer reads rows of four: the whole value must not be taken for them. */
const onRegroupedRows =
  ({ linear }: Rows) =>
  (x: Tensor): Tensor =>
    linear(reshape(transpose(reshape(x, [-1, 2, 2]), [0, 2, 1]), [-1, 4]));

describe('layers on rows', () => {
  beforeAll(() => setBackend('cpu'));

  it.each([
    ['of tokens need no reshaping', onTokens, []],
    ['of joined heads need none but that of the heads', onJoinedHeads, ['Reshape', 'Reshape']],
    ['of two axes', onRows, []],
    ['that were grouped anew', onRegroupedRows, ['Reshape', 'Reshape']],
  ])('%s', async (_, layers, reshapes) => {
    const call = layers(kernels);
    const bytes = await exportOnnx({
      inputs: { x: { dtype: 'float32', shape: ['batch', 'length', 4] } },
      call: ({ x }) => ({ y: call(x!) }),
    });
    for (const shape of [
      [3, 5, 4],
      [1, 2, 4],
    ]) {
      // prettier-ignore
      const x = wave(shape, 0.37);
      const expected = layers(definitions)(x);
      const found = (await runOnnx(bytes, { x })).get('y')!;
      await expectTensorsClose(found, { shape: expected.shape, values: await expected.data<'float32'>() }, 1e-5);
    }
    expect(operatorsOf(bytes).filter((op) => op === 'Reshape')).toEqual(reshapes);
  });

  it('keep whole numbers for their weights where that is asked for', async () => {
    const bytes = await exportOnnx({
      inputs: { x: { dtype: 'float32', shape: ['batch', 4] } },
      call: ({ x }) => ({ y: kernels.linear(x!) }),
      precision: 'int8',
    });
    const x = wave([9, 4], 0.37);
    const expected = await definitions.linear(x).data<'float32'>();
    const found = await (await runOnnx(bytes, { x })).get('y')!.data<'float32'>();
    const moved = Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)));
    expect(moved).toBeGreaterThan(1e-5);
    expect(moved).toBeLessThan(0.04 * Math.max(...expected.map(Math.abs)));
    expect(includes(bytes, weight)).toBe(false);
  });

  it('leave nothing in the model that no output needs', async () => {
    const call = onTokens(kernels);
    const bytes = await exportOnnx({
      inputs: { x: { dtype: 'float32', shape: ['batch', 'length', 4] } },
      call: ({ x }) => {
        call(x!);
        return { y: relu(x!) };
      },
    });
    expect(operatorsOf(bytes)).toEqual(['Relu', 'Identity']);
    expect(includes(bytes, weight)).toBe(false);
  });
});

function includes(bytes: Uint8Array, values: Tensor): boolean {
  return Buffer.from(bytes).includes(Buffer.from(values.dataSync<'float32'>().buffer));
}

/** Names of operators as they stand in the file: the strings of field `op_type`. */
function operatorsOf(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes).toString('latin1');
  // Field 4 of a node is a string: its tag, its length, its text.
  return [...text.matchAll(/"([^])([A-Z][A-Za-z]+)/g)]
    .filter(([, length = '', name = '']) => name.length >= length.charCodeAt(0))
    .map(([, length = '', name = '']) => name.slice(0, length.charCodeAt(0)));
}
