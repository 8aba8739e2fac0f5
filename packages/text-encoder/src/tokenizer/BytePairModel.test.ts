import { describe, expect, it } from 'vitest';
import { seededRandom } from '../__fixtures__/nastyTexts.js';
import { BytePairModel, type Merge } from './BytePairModel.js';
import { MergeQueue } from './MergeQueue.js';

function modelOf(
  merges: readonly Merge[],
  { unkToken = undefined as string | undefined, endOfWordSuffix = '' } = {},
): BytePairModel {
  const tokens = new Set(['a', 'b', 'c', ...merges.flatMap(([left, right]) => [left, right, left + right]), '<unk>']);
  return new BytePairModel([...tokens], { merges, unkToken, endOfWordSuffix });
}
const split = (model: BytePairModel, word: string): string[] => model.split(word).map(({ token }) => token);

describe('BytePairModel', () => {
  it('merges the pair of the lowest rank first, the leftmost of several', () => {
    const model = modelOf([['b', 'c'], ['a', 'b'], ['a', 'a'], ['aa', 'a']]); // prettier-ignore
    expect(split(model, 'abc')).toEqual(['a', 'bc']);
    expect(split(model, 'ab')).toEqual(['ab']);
    expect(split(model, 'aaaaa')).toEqual(['aa', 'aaa']);
  });

  it('leaves pairs alone whose parts were merged with others', () => {
    const model = modelOf([['a', 'b'], ['b', 'c'], ['ab', 'c'], ['c', 'a']]); // prettier-ignore
    expect(split(model, 'abca')).toEqual(['abc', 'a']);
    expect(split(model, 'bca')).toEqual(['bc', 'a']);
  });

  it('marks the last character of a word', () => {
    const model = modelOf([['a', 'b</w>'], ['a', 'a']], { endOfWordSuffix: '</w>', unkToken: '<unk>' }); // prettier-ignore
    expect(split(model, 'aab')).toEqual(['a', 'ab</w>']);
    expect(model.split('aab').map(({ length }) => length)).toEqual([1, 2]);
  });

  it('has the unknown token for characters that are none, or leaves them out', () => {
    const known = modelOf([['a', 'b']], { unkToken: '<unk>' });
    expect(known.split('xab👍').map(({ token, length }) => [token, length])).toEqual([['<unk>', 1], ['ab', 2], ['<unk>', 2]]); // prettier-ignore
    expect(split(modelOf([['a', 'b']]), 'axb')).toEqual(['ab']);
    expect(split(modelOf([]), 'x')).toEqual([]);
  });

  it('is not slowed down by the length of a word', () => {
    const merges: Merge[] = Array.from({ length: 12 }, (_, i) => ['a'.repeat(2 ** i), 'a'.repeat(2 ** i)]);
    const pieces = modelOf(merges).split('a'.repeat(200_000));
    expect(pieces.map(({ length }) => length).reduce((sum, length) => sum + length)).toBe(200_000);
    expect(pieces[0]!.length).toBe(4096);
  });
});

describe('MergeQueue', () => {
  it('gives merges by rank, then by position', () => {
    const random = seededRandom(3);
    const queue = new MergeQueue(1000);
    const keys = Array.from({ length: 500 }, () => [Math.floor(random() * 40), Math.floor(random() * 1000)] as const);
    for (const [rank, position] of keys) queue.push(rank, position);
    const given = keys.map(() => queue.pop()).map((merge) => [merge?.rank, merge?.position]);
    expect(given).toEqual([...keys].sort((a, b) => a[0] - b[0] || a[1] - b[1]));
    expect(queue.pop()).toBeUndefined();
  });
});
