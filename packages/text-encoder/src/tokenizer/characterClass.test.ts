import { describe, expect, it } from 'vitest';
import { readFixture } from '../__fixtures__/readFixture.js';
import { characterClass, characterClassesOf } from './characterClass.js';

const isOf = (name: keyof typeof characterClass, character: string): boolean =>
  (characterClassesOf(character.codePointAt(0) ?? 0) & characterClass[name]) !== 0;

describe('characterClassesOf', () => {
  it('agrees with the tests of transformers on white space, control characters and punctuation', async () => {
    const { characters } = (await readFixture('published-transformers.json')) as {
      characters: Record<string, string[]>;
    };
    const { whitespace = [], not_whitespace = [], control = [], not_control = [] } = characters;
    const { punctuation = [], not_punctuation = [] } = characters;
    expect(whitespace.map((character) => isOf('space', character))).toEqual(whitespace.map(() => true));
    expect(not_whitespace.map((character) => isOf('space', character))).toEqual([false, false]);
    expect(control.map((character) => isOf('removed', character))).toEqual([true]);
    expect(not_control.map((character) => isOf('removed', character))).toEqual(not_control.map(() => false));
    expect(punctuation.map((character) => isOf('punctuation', character))).toEqual(punctuation.map(() => true));
    expect(not_punctuation.map((character) => isOf('punctuation', character))).toEqual([false, false]);
  });

  it('tells letters, numbers and characters of words apart, as Unicode 16 does', () => {
    expect(['a', 'é', '中', '\u{10d50}'].map((character) => isOf('letter', character))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['5', '½', 'Ⅷ', '٣', '三'].map((character) => isOf('number', character))).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
    expect(['_', '\u0301', '\u200d', '½', ' ', '👍'].map((character) => isOf('word', character))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
