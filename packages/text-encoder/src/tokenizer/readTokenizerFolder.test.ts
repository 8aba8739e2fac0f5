import { describe, expect, it } from 'vitest';
import { memoryFolder, smallVocabulary } from '../__fixtures__/readFixture.js';
import { TextTokenizer } from './TextTokenizer.js';

interface Content extends Record<string, unknown> {
  added_tokens: Record<string, unknown>[];
  normalizer: Record<string, unknown>;
  post_processor: Record<string, unknown>;
  model: Record<string, unknown> & { vocab: Record<string, unknown> };
}

/** A sound `tokenizer.json`, changed. */
function tokenizerJson(change: (content: Content) => void): string {
  const text = TextTokenizer.fromVocabulary(smallVocabulary('a', 'b')).files().get('tokenizer.json')!;
  const content = JSON.parse(text) as Content;
  change(content);
  return JSON.stringify(content);
}

const load = (files: Record<string, string>): Promise<TextTokenizer> => TextTokenizer.load(memoryFolder(files));

describe('TextTokenizer.load', () => {
  it('reads the older form of the special tokens', async () => {
    const { cls, sep } = { cls: ['[CLS]', 2], sep: ['[SEP]', 3] };
    const changed = tokenizerJson((content) => (content.post_processor = { type: 'BertProcessing', sep, cls }));
    const tokenizer = await load({ 'tokenizer.json': changed });
    expect(tokenizer.encode('a').inputIds).toEqual([2, 5, 3]);
  });

  it('lets tokenizer_config.json decide where both files say something, as Python does', async () => {
    const config = {
      do_lower_case: false,
      strip_accents: true,
      tokenize_chinese_chars: false,
      model_max_length: 1e30,
      pad_token: { content: 'a' },
    };
    const tokenizer = await load({
      'tokenizer.json': tokenizerJson(() => undefined),
      'tokenizer_config.json': JSON.stringify(config),
    });
    const written = JSON.parse(tokenizer.files().get('tokenizer.json')!) as Content;
    expect(written.normalizer).toEqual({
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: false,
      strip_accents: true,
      lowercase: false,
    });
    expect([tokenizer.modelMaxLength, tokenizer.padTokenId]).toEqual([512, 5]);
  });

  it('takes the fields of tokenizer.json where the other says nothing', async () => {
    const changed = tokenizerJson((content) => {
      content.normalizer = {
        type: 'BertNormalizer',
        clean_text: false,
        handle_chinese_chars: false,
        strip_accents: false,
        lowercase: false,
      };
      content.model.max_input_chars_per_word = 1;
      content.model.unk_token = 'b';
      content.truncation = { max_length: 1 };
    });
    const tokenizer = await load({ 'tokenizer.json': changed });
    expect(JSON.parse(tokenizer.files().get('tokenizer.json')!)).toEqual({
      ...(JSON.parse(changed) as object),
      truncation: null,
      added_tokens: [
        ...(JSON.parse(changed) as Content).added_tokens,
        { id: 6, content: 'b', single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
      ],
    });
    expect(tokenizer.encode('aa a').tokens).toEqual(['[CLS]', 'b', 'a', '[SEP]']);
  });

  const refused: readonly [string, (content: Content) => void, string][] = [
    ['another model', (content) => (content.model.type = 'Unigram'), 'memory/tokenizer.json: model: type must be "WordPiece" or "BPE" or null, got "Unigram".'],
    ['another prefix', (content) => (content.model.continuing_subword_prefix = '@@'), 'continuing_subword_prefix must be "##", got "@@".'],
    ['no model', (content) => Reflect.deleteProperty(content, 'model'), 'tokenizer.json: model must be a JSON object, got undefined.'],
    ['a normalizer with patterns', (content) => (content.normalizer = { type: 'Replace', pattern: { Regex: '(a+)+$' } }), 'normalizer: type must be "BertNormalizer", got "Replace".'],
    ['another splitter', (content) => (content.pre_tokenizer = { type: 'Sequence' }), 'pre_tokenizer: type must be "BertPreTokenizer", got "Sequence".'],
    ['another template', (content) => (content.post_processor.single = []), 'post_processor: single must be [{"SpecialToken":'],
    ['another id in the template', (content) => (content.post_processor.special_tokens = { '[CLS]': { ids: [9] } }), '[CLS]: ids must be [2], got [9].'],
    ['another id in the older template', (content) => (content.post_processor = { type: 'BertProcessing', sep: ['[SEP]', 4], cls: ['[CLS]', 2] }), 'sep must be ["[SEP]",3], got ["[SEP]",4].'],
    ['a list as vocabulary', (content) => (content.model.vocab = [] as never), 'vocab must be a JSON object, got [].'],
    ['a gap in the ids', (content) => (content.model.vocab.b = 7), 'ids must run from 0 to 6 for 7 tokens, got 7 for "b".'],
    ['an id twice', (content) => (content.model.vocab.b = 5), 'each token must have its own id, got 5 for "a" and "b".'],
    ['a fraction as id', (content) => (content.model.vocab.b = 5.5), 'got 5.5 for "b".'],
    ['a word as id', (content) => (content.model.vocab.b = 'length'), 'got "length" for "b".'],
    ['a flag that is none', (content) => (content.normalizer.lowercase = 'yes'), 'normalizer: lowercase must be true, false or null, got "yes".'],
    ['a number that is none', (content) => (content.model.max_input_chars_per_word = '9'), 'max_input_chars_per_word must be a number, got "9".'],
    ['no room for words', (content) => (content.model.max_input_chars_per_word = 0), 'maxInputCharsPerWord must be a positive integer, got 0.'],
    ['a name that is none', (content) => (content.model.unk_token = 1), 'unk_token must be a string, got 1.'],
    ['added tokens that are none', (content) => (content.added_tokens = {} as never), 'added_tokens must be an array, got {}.'],
    ['an added token without id', (content) => Reflect.deleteProperty(content.added_tokens[0]!, 'id'), 'added_tokens[0] must have id and content, got {'],
    ['two added tokens that are one after normalization', (content) => { for (const [i, text] of ['Xy', 'xY'].entries()) content.added_tokens.push({ id: 7 + i, content: text, normalized: true }); }, 'added tokens must differ after normalization, got "Xy" and "xY".'],
    ['an added token with a strange id', (content) => content.added_tokens.push({ id: 8, content: 'x' }), 'the added token "x" must be there once with id 7, got 8.'],
    ['an added token with the id of another', (content) => content.added_tokens.push({ id: 5, content: 'b' }), 'the added token "b" must be there once with id 6, got 5.'],
    ['an added token twice', (content) => content.added_tokens.push({ id: 4, content: '[MASK]' }), 'the added token "[MASK]" must be there once with id 4, got it twice.'],
    ['an empty added token', (content) => content.added_tokens.push({ id: 7, content: '' }), 'a token must be a string with characters'],
    ['a flood of added tokens', (content) => { for (let i = 0; i < 10_000; i += 1) content.added_tokens.push({ id: 7 + i, content: `t${i}` }); }, 'there must be at most 10000 added tokens, got 10005.'],
    ['a missing special token', (content) => { content.model.vocab = { '[PAD]': 0, '[UNK]': 1, '[CLS]': 2, '[SEP]': 3 }; content.added_tokens = []; }, 'the vocabulary must have the special token "[MASK]", got 4 tokens without it.'],
  ]; // prettier-ignore
  it.each(refused)('refuses %s', async (_, change, message) => {
    await expect(load({ 'tokenizer.json': tokenizerJson(change) })).rejects.toThrow(message);
    await expect(load({ 'tokenizer.json': tokenizerJson(change) })).rejects.toThrow(/^TextTokenizer: memory/);
  });

  it('refuses files that are no objects, and folders without either file', async () => {
    await expect(load({ 'tokenizer.json': '[]' })).rejects.toThrow(
      new TypeError('TextTokenizer: memory/tokenizer.json must be a JSON object, got [].'),
    );
    await expect(load({ 'tokenizer_config.json': '3' })).rejects.toThrow(
      'memory/tokenizer_config.json must be a JSON object, got 3.',
    );
    await expect(load({ 'vocab.txt': '[PAD]\n', 'tokenizer_config.json': '{"cls_token":[]}' })).rejects.toThrow(
      'cls_token must be a JSON object, got [].',
    );
    await expect(load({})).rejects.toThrow('"vocab.txt" must be one of its 0 files, got none.');
    await expect(load({ 'vocab.txt': '[PAD]\n\n[UNK]' })).rejects.toThrow('got "" at 1.');
  });

  it('takes names of Object.prototype for tokens and nothing else', async () => {
    const changed = tokenizerJson((content) =>
      Object.defineProperty(content.model.vocab, '__proto__', { value: 7, enumerable: true }),
    );
    const tokenizer = await load({
      'tokenizer.json': changed,
      'tokenizer_config.json': '{"__proto__":{"do_lower_case":false}}',
    });
    expect(tokenizer.idToToken(7)).toBe('__proto__');
    expect(tokenizer.encode('A').tokens).toEqual(['[CLS]', 'a', '[SEP]']);
  });
});
