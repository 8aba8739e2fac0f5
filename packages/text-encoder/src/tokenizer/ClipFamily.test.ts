import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixtures, memoryFolder, readFixture } from '../__fixtures__/readFixture.js';
import { clipFiles, loadClip, readMerges } from '../__fixtures__/tokenizers.js';
import { TextTokenizer } from './TextTokenizer.js';

let clip: TextTokenizer;
beforeAll(async () => {
  clip = await loadClip({ model_max_length: 77 });
});

describe('CLIP against published expectations', () => {
  it('agrees with transformers.js on tokens, ids and decoded text', async () => {
    const { cases } = (await readFixture('published-clip-transformersjs.json')) as {
      cases: { name: string; text: string; tokens: string[]; ids: number[]; decoded: string }[];
    };
    expect(cases.length).toBe(25);
    for (const { name, text, tokens, ids, decoded } of cases) {
      const encoding = clip.encode(text);
      expect(encoding.inputIds.slice(0, 77), name).toEqual(ids.length > 77 ? [...ids.slice(0, 76), 49407] : ids);
      const whole = clip.encode(text, { truncation: false });
      expect(whole.inputIds, name).toEqual(ids);
      expect(whole.tokens.slice(1, -1), name).toEqual(tokens);
      expect(clip.decode(ids), name).toBe(decoded);
    }
  });

  it('agrees with TorchMultimodal on ids, padding with zeros and truncation to 77', async () => {
    const { torchmultimodal } = (await readFixture('published-clip.json')) as {
      torchmultimodal: { text: string; ids: number[]; context_length: number; padded_with: number };
    };
    const { text, ids, context_length, padded_with } = torchmultimodal;
    const tokenizer = await loadClip({ pad_token: '!' });
    expect([tokenizer.modelMaxLength, tokenizer.padTokenId]).toEqual([context_length, padded_with]);
    const long = `${text} `.repeat(20);
    const { inputIds } = tokenizer.encodeBatch([text, long], { padding: 77 });
    const [start = 0, ...rest] = ids;
    const end = rest.pop()!;
    expect([...inputIds.subarray(0, 77)]).toEqual([...ids, ...new Array<number>(77 - ids.length).fill(0)]);
    const repeated = Array.from({ length: 20 }, () => rest).flat();
    expect([...inputIds.subarray(77)]).toEqual([start, ...repeated.slice(0, 75), end]);
  });

  it('agrees with torchtune on ids with few merges, and back', async () => {
    const { torchtune } = (await readFixture('published-clip.json')) as {
      torchtune: { cases: { text: string; ids: number[] }[]; decoded: { text: string; round_trip: string } };
    };
    const tokenizer = await TextTokenizer.load(memoryFolder(clipFiles(await readMerges('tiny-merges.txt'))));
    expect(torchtune.cases.length).toBe(2);
    for (const { text, ids } of torchtune.cases) expect(tokenizer.encode(text).inputIds, text).toEqual(ids);
    const { text, round_trip } = torchtune.decoded;
    expect(tokenizer.decode(tokenizer.encode(text).inputIds)).toBe(round_trip);
  });

  it('agrees with KerasHub on a vocabulary of nine merges', async () => {
    const { keras_hub } = (await readFixture('published-clip.json')) as {
      keras_hub: { merges: string[]; cases: { text: string; tokens: number }[] };
    };
    const parts = keras_hub.merges.flatMap((merge) => [...merge.split(' '), merge.replace(' ', '')]);
    const tokens = [...new Set([...parts, '<|endoftext|>', '<|startoftext|>'])].sort();
    const tokenizer = await TextTokenizer.load(
      memoryFolder({
        'vocab.json': JSON.stringify(Object.fromEntries(tokens.map((token, id) => [token, id]))),
        'merges.txt': keras_hub.merges.join('\n'),
        'config.json': '{"model_type":"clip"}',
      }),
    );
    const ids = keras_hub.cases.map(({ text }) => tokenizer.encode(text, { addSpecialTokens: false }).inputIds);
    expect(ids).toEqual([
      [4, 14],
      [4, 16],
    ]);
    // The reference has an unknown token for bytes that are not in the vocabulary.
    const { tokens: unknown, offsets } = tokenizer.encode('ailx', { addSpecialTokens: false });
    expect(unknown).toEqual(['ai', 'l', '<|endoftext|>']);
    expect(offsets).toEqual([[0, 2], [2, 3], [3, 4]]); // prettier-ignore
  });
});

describe('CLIP against Python', () => {
  const folder = join(fixtures, 'tokenizers/clip');

  it('opens a folder that save_pretrained wrote, with tokens of its own, and writes the same files', async () => {
    const tokenizer = await TextTokenizer.load(folder);
    const expected = (await readFixture('tokenizers/clip/expected.json')) as Record<string, number[]> & {
      text: string;
    };
    const { text, rows, cut, padded, mask } = expected;
    const { inputIds, tokenTypeIds, offsets, wordIds } = tokenizer.encode(text, { pair: 'a 2nd', truncation: false });
    expect([inputIds, tokenTypeIds, offsets, wordIds]).toEqual(rows);
    expect(tokenizer.truncationSide).toBe('left');
    expect(tokenizer.encode(text).inputIds).toEqual(cut);
    const batch = tokenizer.encodeBatch([text], { pairs: ['a 2nd'], padding: 80 });
    expect([[...batch.inputIds], [...batch.attentionMask]]).toEqual([padded, mask]);
    const written = tokenizer.files();
    const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(folder, name), 'utf8'));
    expect(JSON.parse(written.get('tokenizer.json')!)).toEqual(await read('tokenizer.json'));
    const config = JSON.parse(written.get('tokenizer_config.json')!) as object;
    // Python lists such tokens by themselves only when it is told to.
    expect({ ...config, backend: 'tokenizers' }).toEqual({
      ...((await read('tokenizer_config.json')) as object),
      extra_special_tokens: ['[PRODUCT]'],
    });
  });

  it('decodes ids that are no UTF-8 to the same text', async () => {
    const { clip: cases } = (await readFixture('tokenizers/decoded.json')) as { clip: [number[], string, string][] };
    const merges = (await readMerges('clip-merges.txt.gz')).slice(0, 300);
    const tokenizer = await TextTokenizer.load(memoryFolder(clipFiles(merges)));
    expect(cases.length).toBe(60);
    for (const [ids, whole, skipped] of cases) {
      expect(tokenizer.decode(ids, { cleanUpTokenizationSpaces: false })).toBe(whole);
      const options = { cleanUpTokenizationSpaces: false, skipSpecialTokens: true };
      expect(tokenizer.decode(ids, options)).toBe(skipped);
    }
  });
});

describe('CLIP', () => {
  it('names its special tokens, and has none for masks', () => {
    expect([clip.clsTokenId, clip.sepTokenId, clip.padTokenId, clip.unkTokenId]).toEqual([49406, 49407, 49407, 49407]);
    expect([clip.maskTokenId, clip.modelMaxLength, clip.vocabularySize]).toEqual([undefined, 77, 49408]);
  });

  it('decodes without the white space at both ends, of which a byte order mark is none, as Python does', () => {
    const { inputIds } = clip.encode('\u001f \ufeffa\u001e', { addSpecialTokens: false });
    expect(clip.decode(inputIds)).toBe('\ufeff a');
  });

  it('surrounds texts and pairs', () => {
    const { tokens, tokenTypeIds, sequenceIds } = clip.encode('a', { pair: 'b c' });
    const [start, end] = ['<|startoftext|>', '<|endoftext|>'];
    expect(tokens).toEqual([start, 'a</w>', end, end, 'b</w>', 'c</w>', end]);
    expect(tokenTypeIds).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(sequenceIds).toEqual([null, 0, null, null, 1, 1, null]);
    expect(clip.encode('a', { pair: 'b c', maxLength: 6 }).tokens).toEqual([start, 'a</w>', end, end, 'b</w>', end]);
  });

  it('finds capitals of a special token where it is looked for in the normalized text', async () => {
    const bos_token = { content: '<|startoftext|>', normalized: true };
    const normalizing = await TextTokenizer.load(memoryFolder(clipFiles([], { bos_token })));
    const plain = await TextTokenizer.load(memoryFolder(clipFiles([])));
    expect(normalizing.encode('<|STARTofText|>').inputIds).toEqual([512, 512, 513]);
    expect(plain.encode('<|startoftext|>').inputIds).toEqual([512, 512, 513]);
    expect(plain.encode('<|STARTofText|>').inputIds.length).toBeGreaterThan(3);
  });

  it('gives offsets whose slices are the source of the token, the whole character for some of its bytes', () => {
    const text = 'Two  CAFÉS 👍🏽\ufb01!';
    const { offsets } = clip.encode(text, { addSpecialTokens: false });
    const slices = offsets.map(([start, end]) => text.slice(start, end));
    expect(slices).toEqual(['Two', 'CAF', 'ÉS', '👍🏽', '\ufb01', '\ufb01', '\ufb01', '!']);
  });
});
