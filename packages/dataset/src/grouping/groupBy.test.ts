import { expect, it } from 'vitest';
import { groupBy } from './groupBy.js';

it('keeps the order of the input, among groups and in them', () => {
  const groups = groupBy(['bb', 'a', 'cc', 'd', '__proto__'], (text) => text.length);
  expect([...groups]).toEqual([
    [2, ['bb', 'cc']],
    [1, ['a', 'd']],
    [9, ['__proto__']],
  ]);
  expect(groupBy([], String).size).toBe(0);
});
