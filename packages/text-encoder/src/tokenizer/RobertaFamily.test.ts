import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixtures, memoryFolder, nastyFragments, readFixture } from '../__fixtures__/readFixture.js';
import { loadRoberta, readMerges, robertaFiles } from '../__fixtures__/tokenizers.js';
import { TextTokenizer } from './TextTokenizer.js';

const plain = { addSpecialTokens: false } as const;

let tokenizer: TextTokenizer;
beforeAll(async () => {
  tokenizer = await loadRoberta();
});

describe('RoBERTa against Python', () => {
  const folder = join(fixtures, 'tokenizers/roberta');

  it('opens a folder that save_pretrained wrote, with tokens of its own, and writes the same files', async () => {
    const tokenizer = await TextTokenizer.load(folder);
    const expected = (await readFixture('tokenizers/roberta/expected.json')) as Record<string, number[]> & {
      text: string;
    };
    const { text, rows, cut, padded, mask } = expected;
    const { inputIds, tokenTypeIds, offsets, wordIds } = tokenizer.encode(text, { pair: 'a 2nd', truncation: false });
    expect([inputIds, tokenTypeIds, offsets, wordIds]).toEqual(rows);
    expect(tokenizer.encode(text).inputIds).toEqual(cut);
    const batch = tokenizer.encodeBatch([text], { pairs: ['a 2nd'], padding: 80 });
    expect([[...batch.inputIds], [...batch.attentionMask]]).toEqual([padded, mask]);
    const written = tokenizer.files();
    const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(folder, name), 'utf8'));
    expect(JSON.parse(written.get('tokenizer.json')!)).toEqual(await read('tokenizer.json'));
    const config = JSON.parse(written.get('tokenizer_config.json')!) as object;
    expect({ ...config, backend: 'tokenizers' }).toEqual({
      ...((await read('tokenizer_config.json')) as object),
      extra_special_tokens: ['[PRODUCT]'],
    });
  });

  it('decodes ids that are no UTF-8 to the same text', async () => {
    const { roberta: cases } = (await readFixture('tokenizers/decoded.json')) as {
      roberta: [number[], string, string][];
    };
    const merges = (await readMerges('roberta-merges.txt.gz')).slice(0, 300);
    const tokenizer = await TextTokenizer.load(memoryFolder(robertaFiles(merges)));
    expect(cases.length).toBe(60);
    expect(cases.some(([, text]) => text.includes('\ufffd'))).toBe(true);
    for (const [ids, whole, skipped] of cases) {
      expect(tokenizer.decode(ids)).toBe(whole);
      expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe(skipped);
    }
  });
});

describe('RoBERTa', () => {
  it('keeps spaces in tokens and out of offsets, and gives them back', () => {
    const text = 'Hello  world, it\u2019s 👍🏽 naïve .';
    const { tokens, offsets, inputIds } = tokenizer.encode(text, plain);
    expect(tokens.slice(0, 4)).toEqual(['Hello', 'Ġ', 'Ġworld', ',']);
    const slices = offsets.map(([start, end]) => text.slice(start, end));
    expect(slices.slice(0, 6)).toEqual(['Hello', '', 'world', ',', 'it', '’']);
    expect(slices).toContain('👍');
    expect(tokenizer.decode(inputIds)).toBe(text);
    expect(tokenizer.decode(inputIds, { cleanUpTokenizationSpaces: true })).toBe(text.replace(' .', '.'));
    for (const fragment of nastyFragments.filter((each) => !/\p{Surrogate}|<\/?s>/u.test(each))) {
      expect(tokenizer.decode(tokenizer.encode(fragment, plain).inputIds)).toBe(fragment);
    }
  });

  it('takes white space before a mask for part of it only if the files say so', async () => {
    const config = { mask_token: { content: '<mask>', lstrip: true } };
    const stripping = await TextTokenizer.load(memoryFolder(robertaFiles(['Ġ b'], config)));
    const text = 'a  <mask> b';
    const { tokens, offsets } = stripping.encode(text, plain);
    expect(tokens).toEqual(['a', '  <mask>', 'Ġb']);
    expect(offsets.map(([start, end]) => text.slice(start, end))).toEqual(['a', '<mask>', 'b']);
    expect(tokenizer.encode(text, plain).tokens).toEqual(['a', 'Ġ', 'Ġ', '<mask>', 'Ġb']);
  });

  it('surrounds texts and pairs, with types of 0', () => {
    const { tokens, tokenTypeIds, specialTokensMask } = tokenizer.encode('a', { pair: 'b' });
    expect(tokens).toEqual(['<s>', 'a', '</s>', '</s>', 'b', '</s>']);
    expect([tokenTypeIds, specialTokensMask]).toEqual([
      [0, 0, 0, 0, 0, 0],
      [1, 0, 1, 1, 0, 1],
    ]);
    expect(() => tokenizer.encode('a', { pair: 'b', maxLength: 3 })).toThrow('must be an integer of at least 4, for');
    expect(tokenizer.maskTokenId).toBe(tokenizer.vocabularySize - 1);
  });

  it('knows itself from the class, from the model or from nothing else', async () => {
    const files = robertaFiles(['a b'], {});
    const { 'vocab.json': vocabulary = '', 'merges.txt': merges = '' } = files;
    const load = (others: Record<string, string>): Promise<TextTokenizer> =>
      TextTokenizer.load(memoryFolder({ 'vocab.json': vocabulary, 'merges.txt': merges, ...others }));
    const byModel = await load({ 'config.json': '{"model_type":"roberta"}', 'merges.txt': '#version: 0.2\r\na b\r\n' });
    expect(byModel.encode('ab').tokens).toEqual(['<s>', 'ab', '</s>']);
    const byClass = await load({ 'tokenizer_config.json': '{"tokenizer_class":"RobertaTokenizerFast"}' });
    expect(byClass.encode('ab')).toEqual(byModel.encode('ab'));
    const added =
      '{"tokenizer_class":"RobertaTokenizer","added_tokens_decoder":{"262":{"content":"<i>","rstrip":true}}}';
    expect((await load({ 'tokenizer_config.json': added })).encode('<i> b', plain).tokens).toEqual(['<i> ', 'b']);
    await expect(load({})).rejects.toThrow(
      new RangeError(
        'TextTokenizer: memory: vocab.json must come with a tokenizer_class of "RobertaTokenizer" or "CLIPTokenizer" in ' +
          'tokenizer_config.json, or a model_type of "roberta" or "clip" in config.json, got undefined and undefined.',
      ),
    );
    await expect(load({ 'tokenizer_config.json': '{"tokenizer_class":"GPT2Tokenizer"}' })).rejects.toThrow(
      'got "GPT2Tokenizer" and undefined.',
    );
    await expect(load({ 'config.json': '{"model_type":"roberta"}', 'merges.txt': 'a b c' })).rejects.toThrow(
      new TypeError('TextTokenizer: memory/merges.txt: merges[0] must be two tokens, got "a b c".'),
    );
  });

  it('saves and loads to the same files, from tokenizer.json and from the older files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tokenizer-'));
    const merges = (await readMerges('roberta-merges.txt.gz')).slice(0, 500);
    const tokenizer = await TextTokenizer.load(memoryFolder(robertaFiles(merges, { add_prefix_space: true })));
    await tokenizer.save(folder);
    expect((await readdir(folder)).sort()).toEqual([
      'merges.txt',
      'tokenizer.json',
      'tokenizer_config.json',
      'vocab.json',
    ]);
    const loaded = await TextTokenizer.load(folder);
    await rm(join(folder, 'tokenizer.json'));
    const older = await TextTokenizer.load(folder);
    await rm(folder, { recursive: true });
    expect(loaded.files()).toEqual(tokenizer.files());
    expect(older.files()).toEqual(tokenizer.files());
    for (const text of nastyFragments) expect(loaded.encode(text)).toEqual(tokenizer.encode(text));
  });
});
