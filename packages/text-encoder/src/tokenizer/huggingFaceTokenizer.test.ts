import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixtures, nastyFragments, readBertVocabulary, readFixture } from '../__fixtures__/readFixture.js';
import { createHuggingFaceTokenizer, type HuggingFaceTokenizer } from './huggingFaceTokenizer.js';
import { TextTokenizer } from './TextTokenizer.js';

/**
 * Where the library differs from Python, whose ids we give: characters younger than Unicode 8 (see characterTables.ts), a sigma at the end of
 * a word, and Chinese characters above U+FFFF. An empty second text counts for it as none.
 */
const knownDifferences = /[\u{20000}-\u{3ffff}\u2e43\u166d\u03a3]|\u1734/u;

let ours: TextTokenizer;
let theirs: HuggingFaceTokenizer;
beforeAll(async () => {
  ours = TextTokenizer.fromVocabulary(await readBertVocabulary());
  theirs = createHuggingFaceTokenizer(JSON.parse(ours.files().get('tokenizer.json')!) as Record<string, unknown>);
});

describe('TextTokenizer and @huggingface/tokenizers', () => {
  it('give the same tokens for nasty texts', async () => {
    const [{ cases }] = (await readFixture('tokenizer.json')) as [{ cases: { text: string }[] }];
    const texts = cases.map(({ text }) => text).filter((text) => !knownDifferences.test(text));
    expect(texts.length).toBeGreaterThan(200);
    for (const text of texts) expectSame(text);
  });

  it('give the same tokens for generated texts and pairs', () => {
    const fragment = fc.constantFrom(...nastyFragments.filter((text) => !knownDifferences.test(text)));
    const text = fc.array(fragment, { maxLength: 9 }).map((parts) => parts.join(''));
    const pair = text.filter((second) => second !== '');
    fc.assert(fc.property(text, fc.option(pair, { nil: undefined }), expectSame), { seed: 2, numRuns: 200 });
  });

  it('decode the same', async () => {
    const { decoded } = (await readFixture('encodings.json')) as { decoded: { ids: number[] }[] };
    for (const { ids } of decoded) {
      const options = { skip_special_tokens: true, clean_up_tokenization_spaces: true };
      expect(ours.decode(ids, { skipSpecialTokens: true })).toBe(theirs.decode(ids, options));
    }
  });

  it('differ where the library differs from Python', () => {
    expect(ours.encode('ΟΔΟΣ').tokens).not.toEqual(theirs.encode('ΟΔΟΣ', { add_special_tokens: true }).tokens);
    expect(ours.encode('a\u{20000}b').tokens).not.toEqual(
      theirs.encode('a\u{20000}b', { add_special_tokens: true }).tokens,
    );
  });

  it('open the same file of Python', async () => {
    const folder = join(fixtures, 'python-tokenizer');
    const loaded = await TextTokenizer.load(folder);
    const content = JSON.parse(await readFile(join(folder, 'tokenizer.json'), 'utf8')) as Record<string, unknown>;
    const text = 'A Lampb [PRODUCT] é 2016 lamp ab';
    expect(loaded.encode(text, { truncation: false }).inputIds).toEqual(
      createHuggingFaceTokenizer(content).encode(text, { add_special_tokens: true }).ids,
    );
  });
});

function expectSame(text: string, pair?: string): void {
  const encoding = ours.encode(text, { pair, truncation: false });
  const reference = theirs.encode(text, {
    add_special_tokens: true,
    ...(pair === undefined ? {} : { text_pair: pair }),
  });
  expect(encoding.tokens, JSON.stringify([text, pair])).toEqual(reference.tokens);
  expect(encoding.inputIds).toEqual(reference.ids);
}
