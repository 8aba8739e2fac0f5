import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFixture } from '../__fixtures__/readFixture.js';
import { type TruncationStrategy, truncatedLengths } from './truncatedLengths.js';

type Case = [
  first: number,
  second: number | null,
  strategy: TruncationStrategy,
  maxLength: number,
  kept: [number, number] | null,
];

describe('truncatedLengths', () => {
  it('keeps what Rust keeps', async () => {
    const cases = (await readFixture('truncation.json')) as Case[];
    expect(cases.length).toBeGreaterThan(1000);
    for (const [first, second, strategy, maxLength, kept] of cases) {
      const run = (): unknown =>
        truncatedLengths(first, second ?? undefined, maxLength - (second === null ? 2 : 3), strategy);
      const label = JSON.stringify([first, second, strategy, maxLength]);
      if (kept === null) expect(run, label).toThrow(RangeError);
      else expect(run(), label).toEqual({ first: kept[0], second: kept[1] });
    }
  });

  it('never keeps more than there is room for, and all that there is room for', () => {
    const count = fc.nat(40);
    fc.assert(
      fc.property(count, fc.option(count, { nil: undefined }), count, (first, second, room) => {
        const kept = truncatedLengths(first, second, room, 'longest_first');
        expect(kept.first + kept.second).toBe(Math.min(room, first + (second ?? 0)));
        expect(kept.first).toBeLessThanOrEqual(first);
        expect(kept.second).toBeLessThanOrEqual(second ?? 0);
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  it('says which text cannot be cut', () => {
    expect(() => truncatedLengths(2, 7, 4, 'only_first')).toThrow(
      'TextTokenizer: truncation "only_first" must leave a token of the first text, got 2 tokens of which 5 are too many. ' +
        'Raise maxLength or use "longest_first".',
    );
    expect(() => truncatedLengths(7, 3, 4, 'only_second')).toThrow(
      '"only_second" must leave a token of the second text, got 3',
    );
    expect(() => truncatedLengths(7, undefined, 4, 'only_second')).toThrow(
      'TextTokenizer: truncation "only_second" must have a second text to cut, got one text. Pass { pair }.',
    );
  });
});
