import { expect, it } from 'vitest';
import { deriveSeed, seedKeys } from './deriveSeed.js';
import { SeedTrace } from './SeedTrace.js';

const chain = (root: number): number => deriveSeed(deriveSeed(root, 'text', 3), 'layer', 2 ** 40, 'dropout');

it('derives the seeds of a computation from another root', () => {
  const trace = new SeedTrace();
  const keys = trace.observe(() => seedKeys(chain(17)));
  expect(trace.rederive(keys, 17, 18)).toEqual(seedKeys(chain(18)));
  expect(trace.rederive(keys, 17, 17)).toEqual(keys);
  const rootKeys = trace.observe(() => seedKeys(17));
  expect(trace.rederive(rootKeys, 17, 2 ** 50 + 1)).toEqual(seedKeys(2 ** 50 + 1));
});

it('knows no keys that come from elsewhere', () => {
  const trace = new SeedTrace();
  const foreign = trace.observe(() => seedKeys(chain(99)));
  expect(trace.rederive(foreign, 17, 18)).toBeUndefined();
  expect(trace.rederive({ first: 1, second: 2 }, 17, 18)).toBeUndefined();
});

it('hears nothing after the function, also when it throws', () => {
  const trace = new SeedTrace();
  expect(() =>
    trace.observe(() => {
      throw new Error('stop');
    }),
  ).toThrow('stop');
  const keys = seedKeys(chain(17));
  expect(trace.rederive(keys, 17, 18)).toBeUndefined();
});
