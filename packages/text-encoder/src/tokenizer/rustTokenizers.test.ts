import { Tokenizer as RustTokenizer, type Encoding as RustEncoding, type TruncationStrategy } from 'tokenizers';
import { beforeAll, describe, expect, it } from 'vitest';
import { nastyTexts, readProse, seededRandom } from '../__fixtures__/nastyTexts.js';
import { memoryFolder, readBertVocabulary } from '../__fixtures__/readFixture.js';
import { loadClip, loadRoberta } from '../__fixtures__/tokenizers.js';
import { type EncodeOptions, type Encoding } from './Encoding.js';
import { stripSpaces } from './stripSpaces.js';
import { TextTokenizer } from './TextTokenizer.js';

/** 20,000 texts per tokenizer, of which a seeded tenth without `CROSSMODAL_VERIFY`. */
const textCount = process.env.CROSSMODAL_VERIFY ? 20_000 : 2000;

let prose: string[];
beforeAll(async () => {
  prose = await readProse();
});

const tokenizers: readonly (readonly [string, () => Promise<TextTokenizer>])[] = [
  ['BERT', async () => TextTokenizer.fromVocabulary(await readBertVocabulary())],
  ['RoBERTa', () => loadRoberta({ mask_token: { content: '<mask>', lstrip: true } })],
  ['CLIP', () => loadClip()],
];

describe.each(tokenizers)('TextTokenizer against tokenizers (Rust): %s', (name, load) => {
  let ours: TextTokenizer;
  let theirs: RustTokenizer;
  beforeAll(async () => {
    ours = await load();
    theirs = rustOf(ours);
  });

  it('gives the same tokens, ids, masks, types, words and offsets for generated texts', async () => {
    const texts = nastyTexts(textCount, 1, prose);
    const expected = await theirs.encodeBatch(texts.map(wellFormed));
    for (const [i, text] of texts.entries()) {
      expectSame(ours.encode(text, { truncation: false }), outcomeOf(expected[i]!, text), text);
    }
  });

  // Version 0.23.2 stops reading when it has enough tokens, and so loses what overflows, counts words on the left from elsewhere, and cuts
  // pairs by 'longest_first' with the odd token in the other text. truncationWindows.test.ts has what 0.23.3 does.
  it('cuts generated texts and pairs in the same way', async () => {
    const random = seededRandom(2);
    const below = (limit: number): number => Math.floor(random() * limit);
    const texts = nastyTexts(textCount / 10, 3, prose);
    let refusals = 0;
    for (const text of texts) {
      const pair = random() < 0.6 ? texts[below(texts.length)]! : undefined;
      const options = {
        pair,
        maxLength: 4 + below(24),
        truncation: pair === undefined ? 'longest_first' : (['only_first', 'only_second'] as const)[below(2)]!,
      } as const;
      const encoding = encodedOrRefused(ours, text, options);
      const { maxLength, truncation } = options;
      const strategy = rustStrategies[truncation] as unknown as TruncationStrategy;
      theirs.setTruncation(maxLength, { strategy });
      const reference = theirs.encode(wellFormed(text), pair === undefined ? null : wellFormed(pair));
      if (encoding instanceof Error) {
        await expect(reference, JSON.stringify([text, options])).rejects.toThrow('Truncation error');
        refusals += 1;
        continue;
      }
      expectSame(encoding, outcomeOf(await reference, text, pair), [text, options]);
    }
    theirs.disableTruncation();
    expect(refusals).toBeGreaterThan(texts.length / 100);
    expect(refusals).toBeLessThan(texts.length / 2);
  });

  it('finds added tokens of every kind', async () => {
    const content = JSON.parse(ours.files().get('tokenizer.json')!) as { added_tokens: object[] };
    let next = ours.vocabularySize;
    for (const [i, [text, single_word, lstrip, rstrip, normalized]] of addedTokens.entries()) {
      content.added_tokens.push({
        id: ours.tokenToId(text) ?? next++,
        content: text,
        single_word,
        lstrip,
        rstrip,
        normalized,
        special: i % 2 === 0,
      });
    }
    const file = JSON.stringify(content);
    const [mine, reference] = [
      await TextTokenizer.load(memoryFolder({ 'tokenizer.json': file })),
      RustTokenizer.fromString(file),
    ];
    const random = seededRandom(7);
    const texts = nastyTexts(textCount / 4, 6, [
      ...prose,
      ...addedTokens.map(([text]) => `a ${text}\t${text.toUpperCase()}b`),
    ]);
    for (const text of texts) {
      const place = Math.floor(random() * text.length);
      const [added] = addedTokens[Math.floor(random() * addedTokens.length)]!;
      const source = text.slice(0, place) + added + text.slice(place);
      const expected = await reference.encode(wellFormed(source));
      expectSame(mine.encode(source, { truncation: false }), outcomeOf(expected, source), source);
    }
  });

  it('pads to the same rows on both sides, up to multiples', async () => {
    const texts = nastyTexts(40, 4, prose);
    for (const [direction, maxLength, padToMultipleOf] of [
      ['right', 0, 8],
      ['left', 0, 1],
      ['left', 64, 5],
    ] as const) {
      theirs.setTruncation(60);
      theirs.setPadding({ direction, padToMultipleOf, padId: ours.padTokenId, ...(maxLength > 0 && { maxLength }) });
      const expected = await theirs.encodeBatch(texts.map(wellFormed));
      const padding = maxLength > 0 ? maxLength : 'longest';
      const batch = ours.encodeBatch(texts, { maxLength: 60, padding, padToMultipleOf, paddingSide: direction });
      expect(batch.shape).toEqual([texts.length, expected[0]!.getLength()]);
      expect([...batch.inputIds]).toEqual(expected.flatMap((row) => row.getIds()));
      expect([...batch.attentionMask]).toEqual(expected.flatMap((row) => row.getAttentionMask()));
      expect([...batch.tokenTypeIds]).toEqual(expected.flatMap((row) => row.getTypeIds()));
    }
    theirs.disablePadding();
    theirs.disableTruncation();
  });

  it('decodes random ids to the same text', async () => {
    const random = seededRandom(5);
    for (let i = 0; i < textCount / 20; i += 1) {
      const ids = Array.from({ length: 12 }, () => Math.floor(random() * ours.vocabularySize));
      const expected = await theirs.decode(ids, i % 2 === 0);
      const decoded = ours.decode(ids, { skipSpecialTokens: i % 2 === 0, cleanUpTokenizationSpaces: false });
      // What Python does for CLIP on top of Rust.
      expect(decoded).toBe(name === 'CLIP' ? stripSpaces(expected.replaceAll('</w>', ' ')) : expected);
    }
  });
});

const rustStrategies = { longest_first: 'LongestFirst', only_first: 'OnlyFirst', only_second: 'OnlySecond' } as const;

function encodedOrRefused(tokenizer: TextTokenizer, text: string, options: EncodeOptions): Encoding | Error {
  try {
    return tokenizer.encode(text, options);
  } catch (error) {
    return error as Error;
  }
}

/** Content, and whether it is a single word, strips on the left, on the right, and is normalized. */
const addedTokens: readonly (readonly [string, boolean, boolean, boolean, boolean])[] = [
  ['lamp', true, false, false, false],
  ['Sh', false, false, false, true],
  ['é', false, true, false, true],
  ['E\u0301', true, false, false, false],
  ['<x>', false, true, true, false],
  [' is a', false, false, false, true],
  ['中', false, false, true, false],
  ['👍', true, true, true, true],
];

describe('TextTokenizer against tokenizers (Rust): RoBERTa with a space before each text', () => {
  it('gives the same tokens and offsets for generated texts', async () => {
    const ours = await loadRoberta({ add_prefix_space: true });
    const theirs = rustOf(ours);
    for (const text of nastyTexts(textCount / 10, 8, prose)) {
      const expected = outcomeOf(await theirs.encode(wellFormed(text)), text);
      expectSame(ours.encode(text, { truncation: false }), expected, text);
    }
  });
});

/** The tokenizer that Rust makes of what ours writes. */
function rustOf(tokenizer: TextTokenizer): RustTokenizer {
  return RustTokenizer.fromString(tokenizer.files().get('tokenizer.json')!);
}

/** What both give for a text, with offsets in UTF-16 units. */
interface Outcome {
  readonly tokens: readonly string[];
  readonly inputIds: readonly number[];
  readonly offsets: readonly (readonly (number | undefined)[])[];
  readonly wordIds: readonly (number | null | undefined)[];
  readonly tokenTypeIds: readonly number[];
  readonly attentionMask: readonly number[];
  readonly specialTokensMask: readonly number[];
}

/** A plain comparison first: `toEqual` is slow for so many. */
function expectSame(encoding: Outcome, reference: Outcome, label: unknown): void {
  const fields = ({ tokens, inputIds, offsets, wordIds, ...rest }: Outcome): unknown[] => [
    ...[tokens, inputIds, offsets, wordIds, rest.tokenTypeIds, rest.attentionMask, rest.specialTokensMask],
  ];
  const [found, expected] = [fields(encoding), fields(reference)];
  if (JSON.stringify(found) !== JSON.stringify(expected)) expect(found, JSON.stringify(label)).toEqual(expected);
}

function outcomeOf(reference: RustEncoding, text: string, pair?: string): Outcome {
  const indices = [utf16Indices(text), utf16Indices(pair ?? '')];
  const sequences = reference.getSequenceIds();
  return {
    tokens: reference.getTokens(),
    inputIds: reference.getIds(),
    offsets: reference.getOffsets().map((offset, i) => offset.map((place) => indices[sequences[i] ?? 0]?.[place] ?? 0)),
    wordIds: reference.getWordIds(),
    tokenTypeIds: reference.getTypeIds(),
    attentionMask: reference.getAttentionMask(),
    specialTokensMask: reference.getSpecialTokensMask(),
  };
}

/** Rust's strings hold no lone surrogates. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** Index in UTF-16 units of each character, and of the end. */
function utf16Indices(text: string): number[] {
  const indices = [0];
  for (const character of wellFormed(text)) indices.push(indices.at(-1)! + character.length);
  return indices;
}
