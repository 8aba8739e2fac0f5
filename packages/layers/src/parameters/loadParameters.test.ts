import { backendsUnderTest, expectNoLeaks, expectTensorsClose, onBackends } from '@crossmodal/testing';
import { expect, it } from 'vitest';
import { Linear } from '../modules/Linear.js';
import { loadParameters, type OwnedValues, type ParameterSource } from './loadParameters.js';

const weight = { shape: [2, 3], data: Float32Array.of(1, -2, 3, -4, 5, -6) };
const bias = { shape: [2], data: Float32Array.of(0.5, -0.25) };

function sourceOf(
  entries: readonly (readonly [string, OwnedValues])[],
  asked: ReadonlyMap<string, readonly number[]>[] = [],
): ParameterSource {
  return {
    read: async function* read(expected) {
      asked.push(expected);
      // As a file would, each comes later than it was asked for.
      for (const [path, { shape, data }] of entries) yield await Promise.resolve([path, { shape, data: data.slice() }]);
    },
  };
}

onBackends(backendsUnderTest(), () => {
  it('replaces every value, and asks for exactly the parameters', async () => {
    const module = new Linear(3, 2, { seed: 1 });
    const asked: ReadonlyMap<string, readonly number[]>[] = [];
    const source = sourceOf(Object.entries({ bias, weight }), asked);
    await expectNoLeaks(() => loadParameters(module, source));
    expect(asked[0]).toEqual(
      new Map([
        ['weight', [2, 3]],
        ['bias', [2]],
      ]),
    );
    await expectTensorsClose(module.weight, { shape: [2, 3], values: [...weight.data] }, 0);
    await expectTensorsClose(module.bias!, { shape: [2], values: [...bias.data] }, 0);
  });

  it('refuses a path that names no parameter', async () => {
    const module = new Linear(3, 2, { seed: 1 });
    await expect(loadParameters(module, sourceOf([['wieght', weight]]))).rejects.toThrow(
      'loadParameters: each path must name one of the 2 parameters, got "wieght".',
    );
  });
});
