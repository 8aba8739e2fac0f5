import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readProse } from '../__fixtures__/nastyTexts.js';
import { readBertVocabulary, readFixture } from '../__fixtures__/readFixture.js';
import { loadClip, loadRoberta } from '../__fixtures__/tokenizers.js';
import { type Encoding, type Side } from './Encoding.js';
import { TextTokenizer } from './TextTokenizer.js';
import { type TruncationStrategy } from './truncatedLengths.js';
import { truncationWindows } from './truncationWindows.js';

type GoldenCase = [
  line: number,
  pairLine: number | null,
  pairLength: number | null,
  truncation: TruncationStrategy,
  truncationSide: Side,
  maxLength: number,
  stride: number,
  parts: number,
  digest: string,
];

describe('truncationWindows', () => {
  it('gives windows of the kept length that share the stride and end where the text does', () => {
    expect(truncationWindows(10, 4, 1, 'right')).toEqual([
      { start: 0, end: 4 },
      { start: 3, end: 7 },
      { start: 6, end: 10 },
    ]);
    expect(truncationWindows(9, 4, 1, 'left')).toEqual([
      { start: 5, end: 9 },
      { start: 2, end: 6 },
      { start: 0, end: 3 },
    ]);
    expect(truncationWindows(3, 3, 9, 'right')).toEqual([{ start: 0, end: 3 }]);
    expect(truncationWindows(3, 0, 0, 'right')).toEqual([
      { start: 0, end: 0 },
      { start: 0, end: 3 },
    ]);
  });

  it('refuses a stride that leaves no step', () => {
    for (const stride of [4, -1, 0.5]) {
      expect(() => truncationWindows(9, 4, stride, 'left')).toThrow(
        new RangeError(
          `TextTokenizer.encode: stride must be an integer in [0, 4), the tokens that are kept of a text, got ${stride}.`,
        ),
      );
    }
  });

  const tokenizers: readonly (readonly [string, () => Promise<TextTokenizer>])[] = [
    ['bert', async () => TextTokenizer.fromVocabulary(await readBertVocabulary())],
    ['roberta', () => loadRoberta({ mask_token: { content: '<mask>', lstrip: true } })],
    ['roberta with prefix', () => loadRoberta({ add_prefix_space: true })],
    ['clip', () => loadClip()],
  ];
  it.each(tokenizers)('cuts 200 texts and pairs into the parts that Python gives: %s', async (name, load) => {
    const golden = (await readFixture('tokenizers/overflow.json')) as Record<string, GoldenCase[]>;
    const [tokenizer, lines] = [await load(), await readProse()];
    const cases = golden[name]!;
    expect(cases.length).toBe(200);
    for (const each of cases) {
      const [line, pairLine, pairLength, truncation, truncationSide, maxLength, stride, parts, digest] = each;
      const text = lines[line]!;
      const pair = pairLine === null ? undefined : lines[pairLine]!.slice(0, pairLength ?? 0);
      const encoding = tokenizer.encode(text, {
        ...{ pair, truncation, truncationSide, maxLength, stride },
        returnOverflowingTokens: true,
      });
      expect(encoding.overflowing.length + 1, JSON.stringify(each)).toBe(parts);
      const rows = JSON.stringify([encoding, ...encoding.overflowing].map(rowsOf));
      expect(createHash('sha256').update(rows).digest('hex').slice(0, 16), JSON.stringify([each, rows])).toBe(digest);
    }
  });
});

/** As `rows` of fixtures/byte_pair_tokenizers.py. */
function rowsOf({ inputIds, tokenTypeIds, offsets, wordIds }: Encoding): unknown[] {
  return [inputIds, tokenTypeIds, offsets, wordIds];
}
