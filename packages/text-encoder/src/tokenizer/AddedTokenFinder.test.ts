import { describe, expect, it } from 'vitest';
import { type AddedToken } from './AddedToken.js';
import { AddedTokenFinder } from './AddedTokenFinder.js';

const added = (content: string, flags: Partial<AddedToken> = {}): AddedToken => ({
  id: 0,
  content,
  special: false,
  singleWord: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  ...flags,
});

describe('AddedTokenFinder', () => {
  it('finds the leftmost and longest tokens, without overlaps', () => {
    const tokens = ['aba', 'ab', 'b', '👍', '[abc]'].map((content) => added(content));
    const find = (text: string): [string, number][] =>
      new AddedTokenFinder(tokens, 'folder').find(text).map(({ token, start }) => [token.content, start]);
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
    expect(new AddedTokenFinder([], 'folder').find('ab')).toEqual([]);
  });

  it('takes white space into tokens that strip it, each space once', () => {
    const finder = new AddedTokenFinder([added('<a>', { rstrip: true }), added('<b>', { lstrip: true })], 'folder');
    const found = finder.find('x <a> \u3000 <b>\n<b>').map(({ start, end }) => [start, end]);
    expect(found).toEqual([
      [2, 8],
      [8, 11],
      [11, 15],
    ]);
  });

  it('finds single words only where no letter, mark, digit or underscore is beside them', () => {
    const finder = new AddedTokenFinder([added('ab', { singleWord: true })], 'folder');
    const isFound = (text: string): boolean => finder.find(text).length > 0;
    for (const text of ['ab', ' ab ', '.ab!', '👍ab👍', '\ud83dab'])
      expect([text, isFound(text)]).toEqual([text, true]);
    for (const text of ['xab', 'ab9', '_ab', 'ab\u0301', '\u{10400}ab', '中ab']) {
      expect([text, isFound(text)]).toEqual([text, false]);
    }
    expect(finder.find('xab ab').map(({ start }) => start)).toEqual([4]);
  });

  it('refuses tokens that are spelled alike', () => {
    const lower = ({ content }: AddedToken): string => content.toLowerCase();
    expect(() => new AddedTokenFinder([added('Ab'), added('aB')], 'folder', lower)).toThrow(
      new RangeError('folder: added tokens must differ after normalization, got "Ab" and "aB".'),
    );
  });
});
