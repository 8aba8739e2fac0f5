import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { forEachConcurrently } from './forEachConcurrently.js';

it('runs each item once, in order of their beginning, at most so many at a time', async () => {
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  await forEachConcurrently([5, 1, 4, 2, 3, 0], 2, async (item) => {
    begun.push(item);
    most = Math.max(most, ++running);
    await sleep(item);
    running--;
  });
  expect(begun).toEqual([5, 1, 4, 2, 3, 0]);
  expect([most, running]).toEqual([2, 0]);
});

it('hands on what a task throws, and does nothing for nothing', async () => {
  const task = (item: number): Promise<void> => (item === 2 ? Promise.reject(new Error('two')) : Promise.resolve());
  await expect(forEachConcurrently([1, 2, 3], 2, task)).rejects.toThrow('two');
  await forEachConcurrently([], 8, task);
});
