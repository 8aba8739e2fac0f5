import { expect, it } from 'vitest';
import { checkpointName, compareCheckpointNames, parseCheckpointName } from './checkpointName.js';
import { nameOf, parentOf } from './CheckpointStore.js';

it.each([
  [{ step: 0, attempt: 1 }, 'step-000000'],
  [{ step: 300, attempt: 1 }, 'step-000300'],
  [{ step: 300, attempt: 2 }, 'step-000300-2'],
  [{ step: 12345678, attempt: 10 }, 'step-12345678-10'],
])('writes and reads %o', (parts, name) => {
  expect(checkpointName(parts)).toBe(name);
  expect(parseCheckpointName(name)).toEqual(parts);
});

it('takes no other folder for a checkpoint', () => {
  for (const name of ['step-300', 'step-000300.tmp-1-0123abcd', 'my-step-000300', 'step-000300-x', 'best']) {
    expect(parseCheckpointName(name), name).toBeUndefined();
  }
});

it('sorts by step, then by attempt', () => {
  const names = ['step-1000000', 'step-000300-2', 'step-000300-10', 'step-000300', 'step-000009'];
  const sorted = names.map((name) => parseCheckpointName(name)!).sort(compareCheckpointNames);
  expect(sorted.map(checkpointName)).toEqual([
    'step-000009',
    'step-000300',
    'step-000300-2',
    'step-000300-10',
    'step-1000000',
  ]);
});

it.each([
  ['runs/a/step-000001', 'runs/a', 'step-000001'],
  ['/step-000001', '/', 'step-000001'],
  ['step-000001', '.', 'step-000001'],
  ['runs/a/step-000001//', 'runs/a', 'step-000001'],
  ['C:\\runs\\step-000001', 'C:\\runs', 'step-000001'],
])('takes %s apart', (path, parent, name) => {
  expect(parentOf(path)).toBe(parent);
  expect(nameOf(path)).toBe(name);
});
