import { beforeAll, describe, expect, it } from 'vitest';
import { memoryFolder, readFixture } from '../__fixtures__/readFixture.js';
import { TextTokenizer } from './TextTokenizer.js';

type Fields = Record<string, unknown>;
interface Content extends Fields {
  added_tokens: Fields[];
  normalizer: { normalizers: Fields[] };
  pre_tokenizer: Fields & { pretokenizers: Fields[] };
  post_processor: Fields;
  model: Fields & { vocab: Record<string, number>; merges: unknown[] };
}

let files: Record<'roberta' | 'clip', string>;
beforeAll(async () => {
  const read = async (name: string): Promise<string> =>
    JSON.stringify(await readFixture(`tokenizers/${name}/tokenizer.json`));
  files = { roberta: await read('roberta'), clip: await read('clip') };
});

const load = (name: 'roberta' | 'clip', change: (content: Content) => void): Promise<TextTokenizer> => {
  const content = JSON.parse(files[name]) as Content;
  change(content);
  return TextTokenizer.load(memoryFolder({ 'tokenizer.json': JSON.stringify(content) }));
};

describe('TextTokenizer.load of a byte-level tokenizer.json', () => {
  it('reads merges as pairs or as lines, a model without its type, and the original pattern of CLIP', async () => {
    const today = await load('clip', () => undefined);
    const original = await load('clip', ({ model, pre_tokenizer }) => {
      Reflect.deleteProperty(model, 'type');
      model.merges = model.merges.map((merge) => (merge as string[]).join(' '));
      const Regex = String.raw`'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`;
      pre_tokenizer.pretokenizers[0]!.pattern = { Regex };
    });
    expect(original.encode("It's the 2nd").inputIds).toEqual(today.encode("It's the 2nd").inputIds);
    // Only today's pattern makes one word of it; both split that again, as GPT-2 does.
    const [text, options] = ['!<|STARTOFTEXT|>', { addSpecialTokens: false }];
    expect(today.encode(text, options)).toEqual(original.encode(text, options));
    expect(original.files().get('tokenizer.json')).toContain(`"Regex": "'s|'t|`);
  });

  const refused: readonly ['roberta' | 'clip', string, (content: Content) => void, string][] = [
    ['roberta', 'a normalizer', (content) => Object.assign(content, { normalizer: { type: 'NFC' } }), 'normalizer must be null, got {"type":"NFC"}.'],
    ['roberta', 'another splitter', (content) => (content.pre_tokenizer.type = 'Metaspace'), 'pre_tokenizer: type must be "ByteLevel", got "Metaspace".'],
    ['roberta', 'no pattern', (content) => (content.pre_tokenizer.use_regex = false), 'pre_tokenizer: use_regex must be null or true, got false.'],
    ['roberta', 'another template', (content) => (content.post_processor.type = 'ByteLevel'), 'post_processor: type must be "RobertaProcessing", got "ByteLevel".'],
    ['roberta', 'another id in the template', (content) => (content.post_processor.sep = ['</s>', 9]), 'post_processor: sep must be ["</s>",2], got ["</s>",9].'],
    ['roberta', 'dropout', (content) => (content.model.dropout = 0.1), 'model: dropout must be null or "", got 0.1.'],
    ['roberta', 'a prefix of pieces', (content) => (content.model.continuing_subword_prefix = '@@'), 'continuing_subword_prefix must be null or "", got "@@".'],
    ['roberta', 'another end of words', (content) => (content.model.end_of_word_suffix = '_'), 'end_of_word_suffix must be null or "", got "_".'],
    ['roberta', 'fused unknown tokens', (content) => (content.model.fuse_unk = true), 'fuse_unk must be null or false, got true.'],
    ['roberta', 'bytes as tokens', (content) => (content.model.byte_fallback = true), 'byte_fallback must be null or false, got true.'],
    ['roberta', 'words before merges', (content) => (content.model.ignore_merges = true), 'ignore_merges must be null or false, got true.'],
    ['roberta', 'a merge of three', (content) => (content.model.merges[3] = ['a', 'b', 'c']), 'model: merges[3] must be two tokens, got ["a","b","c"].'],
    ['roberta', 'a merge of nothing', (content) => (content.model.merges[3] = ' a'), 'model: merges[3] must be two tokens, got " a".'],
    ['roberta', 'a merge of unknown tokens', (content) => (content.model.merges[0] = ['a', 'qx']), 'merge 0, "a" and "qx", must be of tokens of the vocabulary, got "qx", which is none.'],
    ['roberta', 'a merge into an unknown token', (content) => (content.model.merges[0] = ['a', 'q']), 'got "aq", which is none.'],
    ['roberta', 'a vocabulary without a byte', (content) => renameToken(content, 'Ā', 'zzz'), 'without unk_token, every byte must be in the vocabulary, got one without "Ā" (1 missing).'],
    ['clip', 'an unknown token that is none', (content) => (content.model.unk_token = '<unk>'), 'the vocabulary must have the special token "<unk>"'],
    ['clip', 'a pattern that backtracks', (content) => (content.pre_tokenizer.pretokenizers[0]!.pattern = { Regex: '(a+)+$' }), 'pretokenizers[0]: pattern must be one that CLIP\'s tokenizers are published with, got "(a+)+$". No other pattern is executed.'],
    ['clip', 'another use of the pattern', (content) => (content.pre_tokenizer.pretokenizers[0]!.behavior = 'Isolated'), 'pretokenizers[0]: behavior must be "Removed", got "Isolated".'],
    ['clip', 'another splitter', (content) => content.pre_tokenizer.pretokenizers.push({ type: 'Digits' }), 'pre_tokenizer: pretokenizers must be Split and ByteLevel, got 3.'],
    ['clip', 'a space before texts', (content) => (content.pre_tokenizer.pretokenizers[1]!.add_prefix_space = true), 'pretokenizers[1]: add_prefix_space must be false, got true.'],
    ['clip', 'another normalizer', (content) => (content.normalizer.normalizers[0]!.type = 'NFKC'), 'normalizer: normalizers[0]: type must be "NFC", got "NFKC".'],
    ['clip', 'another replacement', (content) => (content.normalizer.normalizers[1]!.pattern = { Regex: '(\\s|x)*' }), 'pattern: Regex must be "\\\\s+", got "(\\\\s|x)*".'],
    ['clip', 'fewer normalizers', (content) => content.normalizer.normalizers.pop(), 'normalizer: normalizers must be NFC, Replace and Lowercase, got 2.'],
    ['clip', 'a side that is none', (content) => (content.pre_tokenizer.type = 'Split'), 'pre_tokenizer: type must be "Sequence", got "Split".'],
  ]; // prettier-ignore
  it.each(refused)('refuses in a file of %s %s', async (name, _, change, message) => {
    await expect(load(name, change)).rejects.toThrow(message);
    await expect(load(name, change)).rejects.toThrow(/^TextTokenizer: memory/);
  });
});

/** Renames a token that no merge knows. */
function renameToken({ model }: Content, from: string, to: string): void {
  model.vocab = Object.fromEntries(Object.entries(model.vocab).map(([token, id]) => [token === from ? to : token, id]));
}
