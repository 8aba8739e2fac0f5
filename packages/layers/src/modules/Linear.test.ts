import { backendsUnderTest, expectNoLeaks, expectTensorsClose, onBackends, seededNormal } from '@crossmodal/testing';
import {
  dispose,
  grad,
  profile,
  scalar,
  square,
  sum,
  tensor,
  tidy,
  variableGrads,
  type Scalar,
  type Tensor,
  type TensorContainer,
} from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { linear } from '../ops/linear.js';
import { xavierUniform } from '../random/initializers.js';
import { Embedding } from './Embedding.js';
import { LayerNorm } from './LayerNorm.js';
import { Linear } from './Linear.js';

onBackends(backendsUnderTest(), () => {
  it('maps with its own weight and bias', async () => {
    const module = new Linear(4, 3, { initializer: xavierUniform, seed: 5 });
    const x = seededNormal([2, 4], 1);
    await expectTensorsClose(module.call(x), linear(x, module.weight, module.bias), 0);
    module.dispose();
  });

  it('starts from the seed alone', async () => {
    const [first, again, other] = [
      new Linear(4, 3, { seed: 5 }),
      new Linear(4, 3, { seed: 5 }),
      new Linear(4, 3, { seed: 6 }),
    ];
    await expectTensorsClose(again.weight, first.weight, 0);
    await expect(expectTensorsClose(other.weight, first.weight)).rejects.toThrow('values differ');
    dispose([
      ...first.namedParameters().values(),
      ...again.namedParameters().values(),
      ...other.namedParameters().values(),
    ]);
  });

  it('looks up rows and normalizes them', async () => {
    const table = new Embedding(6, 4, { seed: 1 });
    const rows = table.call(tensor([5, 0], [2], 'int32'));
    const values = await table.weight.data();
    await expectTensorsClose(rows, { shape: [2, 4], values: [...values.slice(20), ...values.slice(0, 4)] }, 0);
    const norm = new LayerNorm(4, 1e-12);
    const first = [...(await norm.call(rows).data())].slice(0, 4);
    expect(first.reduce((total, value) => total + value, 0)).toBeCloseTo(0, 5);
    expect(first.reduce((total, value) => total + value * value, 0)).toBeCloseTo(4, 4);
  });

  it('computes no gradient that nobody asked for: of frozen weights, and below the lowest trained map', async () => {
    const maps = Array.from({ length: 4 }, (_, i) => new Linear(4, 4, { seed: i }));
    const x = seededNormal([2, 4], 1);
    const loss = (): Scalar => sum(maps.reduce<Tensor>((hidden, map) => map.call(hidden), x));
    const products = async (run: () => TensorContainer): Promise<number> => {
      const { kernels } = await profile(() =>
        tidy(() => {
          dispose(run());
          return scalar(0);
        }),
      );
      return kernels.reduce((total, { name }) => total + countProducts(name), 0);
    };
    const forward = await products(loss);
    const backward = async (): Promise<number> => (await products(() => variableGrads(loss).grads)) - forward;
    // One for the weight and one for the input of each.
    expect(await backward()).toBe(8);
    maps[0]!.freeze();
    maps[1]!.freeze();
    expect(await backward()).toBe(4);
    maps[3]!.freeze();
    expect(await backward()).toBe(3);
    maps[3]!.unfreeze(/bias/);
    expect(await backward()).toBe(4);
    dispose([x, ...maps.flatMap((map) => [...map.namedParameters().values()])]);
  });

  it('gives the same input gradient through frozen weights', async () => {
    const map = new Linear(4, 3, { initializer: xavierUniform, seed: 5 });
    const x = seededNormal([2, 4], 1);
    const gradient = (): Tensor => grad((moved: Tensor) => square(map.call(moved)))(x);
    const plain = gradient();
    map.freeze();
    await expectTensorsClose(gradient(), plain, 0);
  });

  it('leaves no tensor behind', async () => {
    const ids = tensor([1, 2], [2], 'int32');
    await expectNoLeaks(() => {
      const modules = { table: new Embedding(6, 4), norm: new LayerNorm(4, 1e-5), map: new Linear(4, 3) };
      const rows = modules.table.call(ids);
      const normalized = modules.norm.call(rows);
      dispose([rows, normalized, modules.map.call(normalized)]);
      Object.values(modules).forEach((module) => {
        module.dispose();
      });
    });
  });
});

/** Products of matrices in one kernel; the fused gradient makes those of weight and input. */
function countProducts(kernelName: string): number {
  if (kernelName === 'CrossmodalLinearGrad') return 2;
  return kernelName === 'CrossmodalLinear' || kernelName.includes('MatMul') ? 1 : 0;
}
