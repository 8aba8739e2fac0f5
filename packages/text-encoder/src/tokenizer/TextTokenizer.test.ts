import fc from 'fast-check';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  fixtures,
  memoryFolder,
  nastyFragments,
  readBertVocabulary,
  readFixture,
  smallVocabulary,
} from '../__fixtures__/readFixture.js';
import { type VocabularyOptions } from './settingsFromVocabulary.js';
import { TextTokenizer } from './TextTokenizer.js';

interface GoldenVariant {
  readonly name: string;
  readonly options: { lowercase?: boolean; strip_accents?: boolean; chinese?: boolean };
  readonly cases: readonly { text: string; ids: number[]; offsets: number[]; words: number[] }[];
}
interface GoldenEncoding {
  readonly text: string;
  readonly pair: string | null;
  readonly ids: number[];
  readonly types: number[];
  readonly words: (number | null)[];
  readonly sequences: (number | null)[];
  readonly special: number[];
  readonly tokens: string[];
  readonly offsets: number[];
}

let vocabulary: string[];
let bert: TextTokenizer;
beforeAll(async () => {
  vocabulary = await readBertVocabulary();
  bert = TextTokenizer.fromVocabulary(vocabulary);
});
const plain = { addSpecialTokens: false, truncation: false } as const;

describe('TextTokenizer against Python', () => {
  it('gives the same ids, words and offsets for nasty texts, cased or not', async () => {
    for (const { name, options, cases } of (await readFixture('tokenizer.json')) as GoldenVariant[]) {
      const tokenizer = TextTokenizer.fromVocabulary(vocabulary, {
        ...(options.lowercase === undefined ? {} : { lowercase: options.lowercase }),
        ...(options.strip_accents === undefined ? {} : { stripAccents: options.strip_accents }),
        ...(options.chinese === undefined ? {} : { tokenizeChineseChars: options.chinese }),
      } satisfies VocabularyOptions);
      for (const { text, ids, offsets, words } of cases) {
        const encoding = tokenizer.encode(text, plain);
        const label = `${name}: ${JSON.stringify(text)}`;
        expect(encoding.inputIds, label).toEqual(ids);
        expect(encoding.offsets.flat(), label).toEqual(offsets);
        expect(encoding.wordIds, label).toEqual(words);
      }
    }
  });

  it('surrounds texts and pairs with the same special tokens', async () => {
    const { encodings } = (await readFixture('encodings.json')) as { encodings: GoldenEncoding[] };
    for (const { text, pair, ...expected } of encodings) {
      const encoding = bert.encode(text, pair === null ? {} : { pair });
      expect(encoding, text).toEqual({
        inputIds: expected.ids,
        tokenTypeIds: expected.types,
        attentionMask: expected.ids.map(() => 1),
        tokens: expected.tokens,
        offsets: encoding.offsets,
        wordIds: expected.words,
        sequenceIds: expected.sequences,
        specialTokensMask: expected.special,
        overflowing: [],
      });
      expect(encoding.offsets.flat(), text).toEqual(expected.offsets);
    }
  });

  it('decodes to the same text', async () => {
    const { decoded } = (await readFixture('encodings.json')) as {
      decoded: ({ ids: number[] } & Record<string, string>)[];
    };
    for (const { ids, ...texts } of decoded) {
      for (const skipSpecialTokens of [false, true]) {
        for (const cleanUpTokenizationSpaces of [false, true]) {
          const key = `${skipSpecialTokens ? 'skip' : 'keep'}-${cleanUpTokenizationSpaces ? 'clean' : 'raw'}`;
          expect(bert.decode(ids, { skipSpecialTokens, cleanUpTokenizationSpaces }), key).toBe(texts[key]);
        }
      }
    }
  });

  it('opens a folder that save_pretrained wrote, with a token of its own', async () => {
    const tokenizer = await TextTokenizer.load(join(fixtures, 'python-tokenizer'));
    const expected = (await readFixture('python-tokenizer/expected.json')) as {
      text: string;
      ids: number[];
      all: number[];
    };
    expect(tokenizer.modelMaxLength).toBe(7);
    expect(tokenizer.vocabularySize).toBe(15);
    expect(tokenizer.idToToken(14)).toBe('[PRODUCT]');
    expect(tokenizer.encode(expected.text).inputIds).toEqual(expected.ids);
    expect(tokenizer.encode(expected.text, { truncation: false }).inputIds).toEqual(expected.all);
    expect(tokenizer.decode([9, 14, 5], { skipSpecialTokens: true })).toBe('lamp a');
  });

  it('writes the tokenizer.json that save_pretrained wrote, and a tokenizer_config.json with the same fields', async () => {
    const files = (await TextTokenizer.load(join(fixtures, 'python-tokenizer'))).files();
    const { tokenizer: ours, config } = {
      tokenizer: JSON.parse(files.get('tokenizer.json')!) as unknown,
      config: JSON.parse(files.get('tokenizer_config.json')!) as Record<string, unknown>,
    };
    expect(ours).toEqual(await readFixture('python-tokenizer/tokenizer.json'));
    const theirs = (await readFixture('python-tokenizer/tokenizer_config.json')) as Record<string, unknown>;
    expect({ ...config, backend: 'tokenizers' }).toEqual(theirs);
  });
});

describe('TextTokenizer against published expectations', () => {
  it('agrees with transformers.js on tokens, ids and decoded text', async () => {
    const { cases } = (await readFixture('published-transformersjs.json')) as {
      cases: { name: string; text: string; tokens: string[]; ids: number[]; decoded: string; text_pair?: string }[];
    };
    expect(cases.length).toBe(30);
    for (const { name, text, tokens, ids, decoded, text_pair: pair } of cases) {
      const encoding = bert.encode(text, { pair });
      expect(encoding.inputIds, name).toEqual(ids);
      expect(
        encoding.tokens.filter((_, i) => encoding.specialTokensMask[i] === 0),
        name,
      ).toEqual(tokens);
      expect(bert.decode(ids), name).toBe(decoded);
    }
  });

  it('agrees with llama.cpp on nasty texts', async () => {
    const { cases } = (await readFixture('published-llamacpp.json')) as { cases: { text: string; ids: number[] }[] };
    expect(cases.length).toBe(41);
    for (const { text, ids } of cases) expect(bert.encode(text, plain).inputIds, text).toEqual(ids);
  });

  it('agrees with the tests of transformers on words, pieces and offsets', async () => {
    const published = (await readFixture('published-transformers.json')) as {
      full: { vocab: string[]; cases: { text: string; tokens: string[]; ids?: number[] }[] };
      wordpiece: { vocab: string[]; cases: { text: string; tokens: string[] }[] };
      basic: { options: { do_lower_case?: boolean; strip_accents?: boolean }; text: string; tokens: string[] }[];
      offsets_bert_base_uncased: { text: string; expected: [[number, number], string][] };
    };
    const full = TextTokenizer.fromVocabulary(published.full.vocab);
    for (const { text, tokens, ids } of published.full.cases) {
      const encoding = full.encode(text, plain);
      expect(encoding.tokens, text).toEqual(tokens);
      if (ids) expect(encoding.inputIds, text).toEqual(ids);
    }
    const pieces = TextTokenizer.fromVocabulary([...published.wordpiece.vocab, '[PAD]', '[MASK]'], {
      lowercase: false,
    });
    for (const { text, tokens } of published.wordpiece.cases)
      expect(pieces.encode(text, plain).tokens, text).toEqual(tokens);
    for (const { options, text, tokens } of published.basic) {
      // The case without options comes from the Python-only splitter, which lowercases by default.
      const tokenizer = TextTokenizer.fromVocabulary(
        smallVocabulary(...new Set(tokens.filter((token) => token !== '[UNK]'))),
        {
          lowercase: options.do_lower_case,
          stripAccents: options.strip_accents,
        },
      );
      expect(tokenizer.encode(text, plain).tokens, JSON.stringify({ options, text })).toEqual(tokens);
    }
    const { text, expected } = published.offsets_bert_base_uncased;
    const { offsets, tokens } = bert.encode(text);
    expect(offsets.map((offset, i) => [offset, tokens[i]])).toEqual(expected);
  });
});

describe('TextTokenizer', () => {
  const nastyText = fc
    .array(fc.oneof(fc.constantFrom(...nastyFragments), fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 9 })
    .map((parts) => parts.join(''));

  it('gives ids in range, offsets inside the text and never more than maxLength tokens, pair or not', () => {
    fc.assert(
      fc.property(
        nastyText,
        fc.option(nastyText, { nil: undefined }),
        fc.integer({ min: 3, max: 12 }),
        (text, pair, maxLength) => {
          const whole = bert.encode(text, { pair, truncation: false });
          const { inputIds, offsets, sequenceIds, wordIds } = whole;
          for (const [i, id] of inputIds.entries()) {
            expect(bert.idToToken(id)).toBe(whole.tokens[i]);
            const source = sequenceIds[i] === 1 ? (pair ?? '') : text;
            const [start, end] = offsets[i]!;
            if (sequenceIds[i] === null) expect([start, end, wordIds[i]]).toEqual([0, 0, null]);
            else expect(0 <= start && start < end && end <= source.length).toBe(true);
          }
          const cut = bert.encode(text, { pair, maxLength });
          expect(cut.inputIds.length).toBe(Math.min(inputIds.length, maxLength));
        },
      ),
      { seed: 3, numRuns: 300 },
    );
  });

  it('gives offsets whose slices are the source of the token', () => {
    const text = 'A naïve 👍🏽 BUYER\u0301: [MASK] unaffable!';
    const { offsets, tokens } = bert.encode(text, plain);
    expect(tokens).toEqual(['a', 'naive', '[UNK]', 'buyer', ':', '[MASK]', 'una', '##ffa', '##ble', '!']);
    const slices = offsets.map(([start, end]) => text.slice(start, end));
    expect(slices).toEqual(['A', 'naïve', '👍🏽', 'BUYER', ':', '[MASK]', 'una', 'ffa', 'ble', '!']);
  });

  it('reads added tokens as they stand, the longest of those that start at a place', async () => {
    const files = TextTokenizer.fromVocabulary(smallVocabulary('a', '##b')).files();
    const content = JSON.parse(files.get('tokenizer.json')!) as { added_tokens: object[] };
    const added = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
    content.added_tokens.push(
      { ...added, id: 7, content: '[X]' },
      { ...added, id: 8, content: '[X][Y', special: false },
      { ...added, id: 9, content: 'b.*' },
      { ...added, id: 10, content: 'bc' },
    );
    const folder = memoryFolder({ 'tokenizer.json': JSON.stringify(content) });
    const tokenizer = await TextTokenizer.load(folder);
    expect(tokenizer.encode('a[X][Y[X]b.*b ab', plain).tokens).toEqual([
      'a',
      '[X][Y',
      '[X]',
      'b.*',
      '[UNK]',
      'a',
      '##b',
    ]);
    expect(tokenizer.encode('[x] B.*', plain).tokens).not.toContain('[X]');
    // In capitals it is a word, and the vocabulary has no such word.
    expect(tokenizer.encode('bc BC', plain).tokens).toEqual(['bc', '[UNK]']);
    expect(tokenizer.vocabularySize).toBe(11);
    expect(tokenizer.decode([5, 7, 8], { skipSpecialTokens: true })).toBe('a [X][Y');
    const again = await TextTokenizer.load(memoryFolder(Object.fromEntries(tokenizer.files())));
    expect(again.files()).toEqual(tokenizer.files());
    expect(again.encode('a[X][Y', plain).inputIds).toEqual([5, 8]);
  });

  it('looks for thousands of added tokens at once', async () => {
    const content = JSON.parse(TextTokenizer.fromVocabulary(smallVocabulary('a')).files().get('tokenizer.json')!) as {
      added_tokens: object[];
    };
    for (let i = 0; i < 9000; i += 1) {
      content.added_tokens.push({ id: 6 + i, content: String.fromCodePoint(0x4e00 + i) + 'x'.repeat(i % 30) + 'y' });
    }
    const tokenizer = await TextTokenizer.load(memoryFolder({ 'tokenizer.json': JSON.stringify(content) }));
    const text = Array.from({ length: 50_000 }, (_, i) => `${String.fromCodePoint(0x4e00 + (i % 9000))}x`).join('');
    const { inputIds } = tokenizer.encode(`${text}${String.fromCodePoint(0x4e00)}y`, plain);
    expect(inputIds.length).toBe(100_001);
    expect(inputIds.at(-1)).toBe(6);
  });

  it('survives very long words and texts, with bounded memory for words seen', () => {
    expect(bert.encode('x'.repeat(1_000_000)).inputIds).toEqual([101, 100, 102]);
    const words = Array.from({ length: 10_000 }, (_, i) => `w${i}`).join(' ');
    expect(bert.encode(words, { maxLength: 128 }).inputIds.length).toBe(128);
    const zalgo = `a${'\u0301\u0316'.repeat(50_000)}b`;
    expect(bert.encode(zalgo, plain).tokens).toEqual(bert.encode('ab', plain).tokens);
    expect(bert.encode(zalgo, plain).offsets.at(-1)?.[1]).toBe(zalgo.length);
  });

  it('tells the words of Object.prototype from tokens', () => {
    const tokenizer = TextTokenizer.fromVocabulary(smallVocabulary('__proto__', 'tostring', '_'));
    expect(tokenizer.encode('constructor toString hasOwnProperty', plain).tokens).toEqual([
      '[UNK]',
      'tostring',
      '[UNK]',
    ]);
    expect(tokenizer.tokenToId('__proto__')).toBe(5);
    expect(tokenizer.tokenToId('constructor')).toBeUndefined();
    expect(tokenizer.files().get('tokenizer.json')).toContain('"__proto__": 5');
  });

  it('pads to the longest text, to a length or not at all', () => {
    const tokenizer = TextTokenizer.fromVocabulary(['[UNK]', '[CLS]', '[SEP]', '[PAD]', '[MASK]', 'a', 'b']);
    const batch = tokenizer.encodeBatch(['a', 'a b'], { pairs: ['b', 'b'] });
    expect(batch.shape).toEqual([2, 6]);
    expect([...batch.inputIds]).toEqual([1, 5, 2, 6, 2, 3, 1, 5, 6, 2, 6, 2]);
    expect([...batch.attentionMask]).toEqual([1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1]);
    expect([...batch.tokenTypeIds]).toEqual([0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 1]);
    expect(batch.encodings[0]).toEqual(tokenizer.encode('a', { pair: 'b' }));
    expect(tokenizer.encodeBatch(['a', 'a b a b a b'], { padding: 5 }).shape).toEqual([2, 5]);
    expect(tokenizer.encodeBatch(['a', 'a b'], { padding: 9, maxLength: 3 }).shape).toEqual([2, 9]);
    expect(tokenizer.encodeBatch(['a', 'b'], { padding: false }).shape).toEqual([2, 3]);
  });

  it('reads a text the same alone or in a batch', () => {
    const texts = nastyFragments.filter((text) => bert.encode(text, plain).inputIds.length > 0);
    const { inputIds, shape, encodings } = bert.encodeBatch(texts);
    for (const [row, text] of texts.entries()) {
      const alone = bert.encode(text);
      expect(encodings[row]).toEqual(alone);
      expect([...inputIds.subarray(row * shape[1], row * shape[1] + alone.inputIds.length)]).toEqual(alone.inputIds);
    }
  });

  it('truncates to modelMaxLength unless told otherwise', () => {
    const tokenizer = TextTokenizer.fromVocabulary(smallVocabulary('a'), { modelMaxLength: 4 });
    expect(tokenizer.encode('a a a a a').inputIds.length).toBe(4);
    expect(tokenizer.encode('a a a a a', { maxLength: 6 }).inputIds.length).toBe(6);
    expect(tokenizer.encode('a a a a a', { truncation: false }).inputIds.length).toBe(7);
    expect(tokenizer.encode('a a', { pair: 'a a a', maxLength: 6, truncation: 'only_second' }).sequenceIds).toEqual([
      null,
      0,
      0,
      null,
      1,
      null,
    ]);
    expect(bert.modelMaxLength).toBe(512);
  });

  it('names its special tokens', () => {
    expect([bert.padTokenId, bert.unkTokenId, bert.clsTokenId, bert.sepTokenId, bert.maskTokenId]).toEqual([
      0, 100, 101, 102, 103,
    ]);
    expect([bert.vocabularySize, bert.tokenToId('hello'), bert.idToToken(7592), bert.idToToken(30_522)]).toEqual([
      30_522,
      7592,
      'hello',
      undefined,
    ]);
  });

  it('saves and loads to the same files and ids, from tokenizer.json and from vocab.txt alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tokenizer-'));
    const tokenizer = TextTokenizer.fromVocabulary(vocabulary, {
      lowercase: false,
      stripAccents: true,
      tokenizeChineseChars: false,
      modelMaxLength: 99,
    });
    await tokenizer.save(folder);
    expect((await readdir(folder)).sort()).toEqual(['tokenizer.json', 'tokenizer_config.json', 'vocab.txt']);
    const loaded = await TextTokenizer.load(folder);
    await rm(join(folder, 'tokenizer.json'));
    const fromLines = await TextTokenizer.load(folder);
    await rm(join(folder, 'tokenizer_config.json'));
    await writeFile(join(folder, 'vocab.txt'), vocabulary.join('\r\n'));
    const bare = await TextTokenizer.load(folder);
    await rm(folder, { recursive: true });
    expect(loaded.files()).toEqual(tokenizer.files());
    expect(fromLines.files()).toEqual(tokenizer.files());
    expect(bare.files()).toEqual(bert.files());
    for (const text of nastyFragments) expect(loaded.encode(text)).toEqual(tokenizer.encode(text));
    expect(loaded.modelMaxLength).toBe(99);
  });

  it('says what does not fit', () => {
    const tokenizer = TextTokenizer.fromVocabulary(smallVocabulary('a', 'b'));
    expect(() => tokenizer.encode(5 as unknown as string)).toThrow(
      new TypeError('TextTokenizer.encode: text must be a string, got number.'),
    );
    expect(() => tokenizer.encode('a', { pair: null as unknown as string })).toThrow(
      'TextTokenizer.encode: pair must be a string, got null.',
    );
    for (const maxLength of [0, 1, 2.5, NaN]) {
      expect(() => tokenizer.encode('a', { maxLength })).toThrow(RangeError);
    }
    expect(() => tokenizer.encode('a', { pair: 'b', maxLength: 2 })).toThrow(
      'TextTokenizer.encode: maxLength must be an integer of at least 3, for special tokens or one token, got 2.',
    );
    expect(() => tokenizer.encode('a', { maxLength: 0, addSpecialTokens: false })).toThrow(
      'at least 1, for special tokens or one token, got 0.',
    );
    expect(() => tokenizer.encode('a a a', { maxLength: 3, truncation: 'only_second' })).toThrow(
      'got one text. Pass { pair }.',
    );
    expect(() => tokenizer.decode([3, 7])).toThrow(
      new RangeError('TextTokenizer.decode: ids must be integers in [0, 7), got 7.'),
    );
    expect(() => tokenizer.decode([0.5])).toThrow('got 0.5.');
    expect(tokenizer.decode([])).toBe('');
    expect(() => tokenizer.encodeBatch([])).toThrow(
      'TextTokenizer.encodeBatch: there must be a text with a token, got 0 texts without one.',
    );
    expect(() => tokenizer.encodeBatch([''], { addSpecialTokens: false })).toThrow('got 1 texts without one.');
    expect(() => tokenizer.encodeBatch(['a'], { pairs: [] })).toThrow(
      'TextTokenizer.encodeBatch: pairs must have one entry per text, 1, got 0.',
    );
    expect(() => tokenizer.encodeBatch(['a', 'a b'], { padding: false })).toThrow(
      'TextTokenizer.encodeBatch: without padding all texts must have equally many tokens, got 4 and 3. Use padding "longest".',
    );
    expect(() => tokenizer.encodeBatch(['a b'], { padding: 3, maxLength: 9 })).toThrow(
      'TextTokenizer.encodeBatch: padding must be an integer of at least the longest text\'s 4 tokens, got 3. Lower maxLength or use padding "longest".',
    );
    expect(() => tokenizer.encodeBatch(['a b'], { padding: 9.5, maxLength: 9 })).toThrow('got 9.5.');
  });

  it('says what is wrong with a vocabulary', () => {
    const from =
      (...tokens: string[]) =>
      (): unknown =>
        TextTokenizer.fromVocabulary(tokens);
    expect(from('[PAD]', '[UNK]', '[CLS]', '[MASK]', 'a')).toThrow(
      new RangeError('TextTokenizer: the vocabulary must have the special token "[SEP]", got 5 tokens without it.'),
    );
    expect(from(...smallVocabulary('a', 'b', 'a'))).toThrow(
      'TextTokenizer: each token must be in the vocabulary once, got "a" at 5 and 7.',
    );
    for (const token of ['', 'a\nb', 'a\r', '\ud800', 5 as unknown as string]) {
      expect(from(...smallVocabulary(token))).toThrow(
        'TextTokenizer: a token must be a string with characters and without line breaks or lone surrogates, got ',
      );
    }
    expect(() => TextTokenizer.fromVocabulary(smallVocabulary(), { modelMaxLength: 0 })).toThrow(
      'TextTokenizer: modelMaxLength must be a positive integer, got 0.',
    );
  });
});
