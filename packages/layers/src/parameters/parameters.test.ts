import { backendsUnderTest, expectNoLeaks, expectTensorsClose, onBackends, useBackend } from '@crossmodal/testing';
import { expect, it } from 'vitest';
import { ShapeError } from '../checks/ShapeError.js';
import { Linear } from '../modules/Linear.js';
import { assignParameters, type ParameterValues } from './assignParameters.js';
import { parameterShapes } from './parameterShapes.js';
import { readParameters } from './readParameters.js';

onBackends(backendsUnderTest(), () => {
  it('gives one module the values of another', async () => {
    const [source, target] = [new Linear(3, 2, { seed: 1 }), new Linear(3, 2, { seed: 2 })];
    expect(parameterShapes(source)).toEqual(
      new Map([
        ['weight', [2, 3]],
        ['bias', [2]],
      ]),
    );
    const values = await readParameters(source);
    expect(values.get('weight')).toMatchObject({ dtype: 'F32', shape: [2, 3] });
    await expectNoLeaks(() => assignParameters(target, values));
    await expectTensorsClose(target.weight, source.weight, 0);
    await expectTensorsClose(target.bias!, source.bias!, 0);
  });

  it('reads copies that later training does not change', async () => {
    const module = new Linear(3, 1, { seed: 1 });
    const before = (await readParameters(module)).get('bias')!;
    assignParameters(module, new Map([['bias', { shape: [1], data: [7] }]]));
    expect([...before.data]).toEqual([0]);
    await expectTensorsClose(module.bias!, { shape: [1], values: [7] }, 0);
  });
});

it('refuses unknown paths and other shapes, and then changes nothing', async () => {
  await useBackend('cpu');
  const module = new Linear(3, 2, { seed: 1 });
  const good = ['bias', { shape: [2], data: [1, 2] }] as const;
  const assign = (path: string, shape: number[], size: number) => () => {
    assignParameters(module, new Map<string, ParameterValues>([good, [path, { shape, data: new Float32Array(size) }]]));
  };
  expect(assign('wieght', [2, 3], 6)).toThrow(
    'assignParameters: each path must name one of the 2 parameters, got "wieght". Compare with the keys of namedParameters().',
  );
  expect(assign('weight', [3, 2], 6)).toThrow(
    'assignParameters: "weight" must be [2, 3] with 6 values, got [3, 2] with 6 values.',
  );
  expect(assign('weight', [2, 3], 5)).toThrow(ShapeError);
  await expectTensorsClose(module.bias!, { shape: [2], values: [0, 0] }, 0);
});
