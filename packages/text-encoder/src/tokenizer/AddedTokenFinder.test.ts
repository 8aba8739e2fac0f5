import { describe, expect, it } from 'vitest';
import { AddedTokenFinder } from './AddedTokenFinder.js';

describe('AddedTokenFinder', () => {
  it('finds the leftmost and longest tokens, without overlaps', () => {
    const tokens = ['aba', 'ab', 'b', '👍', '[abc]'].map((content, id) => ({ id, content, special: false }));
    const find = (text: string): [string, number][] =>
      new AddedTokenFinder(tokens).find(text).map(({ content, index }) => [content, index]);
    expect(find('ababa')).toEqual([
      ['aba', 0],
      ['b', 3],
    ]);
    expect(find('xab👍[ab')).toEqual([
      ['ab', 1],
      ['👍', 3],
      ['ab', 6],
    ]);
    expect(find('\ud83d 👎')).toEqual([]);
    expect(new AddedTokenFinder([]).find('ab')).toEqual([]);
  });
});
