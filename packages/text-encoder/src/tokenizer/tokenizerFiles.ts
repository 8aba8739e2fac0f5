import { type TokenizerSettings } from './TokenizerSettings.js';

/** Prefix of pieces that continue a word. */
export const continuationPrefix = '##';

/** Names in a Hugging Face folder. */
export const tokenizerFileNames = {
  vocabulary: 'vocab.txt',
  tokenizer: 'tokenizer.json',
  config: 'tokenizer_config.json',
} as const;

/**
 * The files from which Python's `BertTokenizerFast` makes a tokenizer with the same ids.
 *
 * @param settings - checked by the caller
 * @returns contents by name
 */
export function formatTokenizerFiles(settings: TokenizerSettings): Map<string, string> {
  const json = (content: unknown): string => `${JSON.stringify(content, null, 2)}\n`;
  return new Map([
    [tokenizerFileNames.vocabulary, settings.vocabulary.map((token) => `${token}\n`).join('')],
    [tokenizerFileNames.tokenizer, json(formatTokenizer(settings))],
    [tokenizerFileNames.config, json(formatConfig(settings))],
  ]);
}

/** The content of `tokenizer.json`, in the form that tokenizers 0.23 writes. */
export function formatTokenizer(settings: TokenizerSettings): Record<string, unknown> {
  const { vocabulary, addedTokens, normalization, specialTokens } = settings;
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: addedTokens.map(({ id, content, special }) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special,
    })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: normalization.cleanText,
      handle_chinese_chars: normalization.tokenizeChineseChars,
      strip_accents: settings.stripAccents ?? null,
      lowercase: normalization.lowercase,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: formatPostProcessor(settings),
    decoder: { type: 'WordPiece', prefix: continuationPrefix, cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: specialTokens.unkToken,
      continuing_subword_prefix: continuationPrefix,
      max_input_chars_per_word: settings.maxInputCharsPerWord,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
    },
  };
}

/** `[CLS] A [SEP]`, and `[CLS] A [SEP] B [SEP]` with type 1 from B on. */
function formatPostProcessor({ vocabulary, specialTokens }: TokenizerSettings): Record<string, unknown> {
  const { clsToken, sepToken } = specialTokens;
  const special = (id: string, type: number): unknown => ({ SpecialToken: { id, type_id: type } });
  const sequence = (id: string, type: number): unknown => ({ Sequence: { id, type_id: type } });
  const single = [special(clsToken, 0), sequence('A', 0), special(sepToken, 0)];
  return {
    type: 'TemplateProcessing',
    single,
    pair: [...single, sequence('B', 1), special(sepToken, 1)],
    special_tokens: Object.fromEntries(
      [clsToken, sepToken].map((token) => [token, { id: token, ids: [vocabulary.indexOf(token)], tokens: [token] }]),
    ),
  };
}

function formatConfig(settings: TokenizerSettings): Record<string, unknown> {
  const { specialTokens, addedTokens, normalization, stripAccents, modelMaxLength } = settings;
  const named = new Set(Object.values(specialTokens) as string[]);
  const others = addedTokens.filter(({ content, special }) => special && !named.has(content));
  return {
    cls_token: specialTokens.clsToken,
    do_lower_case: normalization.lowercase,
    // Without this entry, Python knows the tokens but does not list them among its special ones.
    ...(others.length > 0 && { extra_special_tokens: others.map(({ content }) => content) }),
    mask_token: specialTokens.maskToken,
    model_max_length: modelMaxLength,
    pad_token: specialTokens.padToken,
    sep_token: specialTokens.sepToken,
    strip_accents: stripAccents ?? null,
    tokenize_chinese_chars: normalization.tokenizeChineseChars,
    tokenizer_class: 'BertTokenizer',
    unk_token: specialTokens.unkToken,
  };
}
