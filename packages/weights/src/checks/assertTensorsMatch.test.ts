import { describe, expect, it } from 'vitest';
import { assertTensorsMatch } from './assertTensorsMatch.js';
import { WeightsError } from './WeightsError.js';

const expected = new Map([
  ['a', [2, 3]],
  ['b', [4]],
  ['c', []],
]);
const found = (...entries: [string, number[]][]) => new Map(entries.map(([name, shape]) => [name, { shape }]));
const whole: [string, number[]][] = [
  ['c', []],
  ['b', [4]],
  ['a', [2, 3]],
];

describe('assertTensorsMatch', () => {
  it('takes exactly the expected tensors in any order', () => {
    expect(() => assertTensorsMatch(expected, found(...whole), 'Model')).not.toThrow();
  });

  it.each<[string, [string, number[]][], string]>([
    ['missing', whole.slice(1), '1 missing (c)'],
    ['unexpected', [...whole, ['d', [1]]], '1 unexpected (d)'],
    ['transposed', [...whole.slice(0, 2), ['a', [3, 2]]], '1 of another shape (a [2, 3], got [3, 2])'],
    ['of a longer shape', [...whole.slice(1), ['c', [1]]], '1 of another shape (c [], got [1])'],
  ])('refuses tensors that are %s', (_, entries, message) => {
    expect(() => assertTensorsMatch(expected, found(...entries), 'Model: x/model.safetensors')).toThrow(
      `Model: x/model.safetensors: the tensors must be exactly those of the model, got ${message}. ` +
        'Check that the configuration belongs to these weights.',
    );
  });

  it('reports every kind at once, in fields and in words', () => {
    const error = catchError(() => assertTensorsMatch(expected, found(['a', [3, 2]], ['b', [4]], ['x', []]), 'Model'));
    expect(error).toMatchObject({
      name: 'WeightsError',
      missing: ['c'],
      unexpected: ['x'],
      misshaped: [{ name: 'a', expected: [2, 3], received: [3, 2] }],
    });
    expect(error.message).toContain('got 1 missing (c); 1 unexpected (x); 1 of another shape (a [2, 3], got [3, 2]).');
  });

  it('lists ten names and the total', () => {
    const many = Array.from({ length: 12 }, (_, i): [string, number[]] => [`t${i}`, []]);
    const error = catchError(() => assertTensorsMatch(new Map(many), new Map(), 'Model'));
    expect(error.message).toContain('12 missing (t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, …)');
    expect(error.missing).toHaveLength(12);
  });
});

function catchError(action: () => void): WeightsError {
  try {
    action();
  } catch (error) {
    if (error instanceof WeightsError) return error;
  }
  throw new Error('a WeightsError was expected');
}
