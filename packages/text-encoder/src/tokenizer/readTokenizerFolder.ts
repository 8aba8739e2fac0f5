import { type CheckpointFolder } from '@crossmodal/weights';
import { JsonFields } from './JsonFields.js';
import { quote } from './quote.js';
import { continuationPrefix, formatTokenizer, tokenizerFileNames } from './tokenizerFiles.js';
import {
  type AddedToken,
  defaultModelMaxLength,
  defaultSpecialTokens,
  type SpecialTokens,
  type TokenizerSettings,
} from './TokenizerSettings.js';

/**
 * Reads what a Hugging Face folder says about its BERT tokenizer: `tokenizer.json`, or else `vocab.txt`. As in Python, the fields of
 * `tokenizer_config.json` count where the two differ.
 *
 * @throws TypeError or RangeError when the files describe another kind of tokenizer
 */
export async function readTokenizerFolder(folder: CheckpointFolder): Promise<TokenizerSettings> {
  const path = (name: string): string => `TextTokenizer: ${folder.location}/${name}`;
  const { config: configFile, tokenizer: tokenizerFile, vocabulary: vocabularyFile } = tokenizerFileNames;
  const hasConfig = await folder.has(configFile);
  const config = new JsonFields(hasConfig ? await folder.readJson(configFile) : {}, path(configFile));
  if (await folder.has(tokenizerFile)) {
    return parseTokenizer(await folder.readJson(tokenizerFile), config, path(tokenizerFile));
  }
  // Lines end as in Python's text mode; a token may hold other separators of Unicode.
  const lines = (await folder.readText(vocabularyFile)).split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  return settingsOf(lines, config, {});
}

/** What a `tokenizer.json` adds to its vocabulary. */
interface TokenizerFields {
  readonly unkToken?: string | undefined;
  readonly cleanText?: boolean | undefined;
  readonly tokenizeChineseChars?: boolean | undefined;
  readonly stripAccents?: boolean | undefined;
  readonly lowercase?: boolean | undefined;
  readonly maxInputCharsPerWord?: number | undefined;
  readonly addedTokens?: readonly AddedToken[] | undefined;
}

/** The settings from a vocabulary, `tokenizer_config.json` and `tokenizer.json`, the second being stronger than the third. */
function settingsOf(vocabulary: readonly string[], config: JsonFields, fields: TokenizerFields): TokenizerSettings {
  const lowercase = config.boolean('do_lower_case') ?? fields.lowercase ?? true;
  const stripAccents = config.boolean('strip_accents') ?? fields.stripAccents;
  const specialTokens: SpecialTokens = {
    padToken: tokenOf(config, 'pad_token') ?? defaultSpecialTokens.padToken,
    unkToken: fields.unkToken ?? tokenOf(config, 'unk_token') ?? defaultSpecialTokens.unkToken,
    clsToken: tokenOf(config, 'cls_token') ?? defaultSpecialTokens.clsToken,
    sepToken: tokenOf(config, 'sep_token') ?? defaultSpecialTokens.sepToken,
    maskToken: tokenOf(config, 'mask_token') ?? defaultSpecialTokens.maskToken,
  };
  const modelMaxLength = config.number('model_max_length') ?? defaultModelMaxLength;
  return {
    vocabulary,
    specialTokens,
    addedTokens: withSpecialTokens(fields.addedTokens ?? [], vocabulary, specialTokens),
    normalization: {
      cleanText: fields.cleanText ?? true,
      tokenizeChineseChars: config.boolean('tokenize_chinese_chars') ?? fields.tokenizeChineseChars ?? true,
      lowercase,
      stripAccents: stripAccents ?? lowercase,
    },
    stripAccents,
    maxInputCharsPerWord: fields.maxInputCharsPerWord ?? 100,
    // Python writes 1e30 for "unknown".
    modelMaxLength: modelMaxLength > Number.MAX_SAFE_INTEGER ? defaultModelMaxLength : modelMaxLength,
  };
}

/** The added tokens with the five special ones among them, by id. */
export function withSpecialTokens(
  addedTokens: readonly AddedToken[],
  vocabulary: readonly string[],
  specialTokens: SpecialTokens,
): AddedToken[] {
  const listed = new Set(addedTokens.map(({ content }) => content));
  const special = new Set(Object.values(specialTokens) as string[]);
  const unlisted = [...special].filter((token) => !listed.has(token) && vocabulary.includes(token));
  return [
    ...addedTokens.map((token) => ({ ...token, special: token.special || special.has(token.content) })),
    ...unlisted.map((content) => ({ id: vocabulary.indexOf(content), content, special: true })),
  ].sort((a, b) => a.id - b.id);
}

function parseTokenizer(content: unknown, config: JsonFields, where: string): TokenizerSettings {
  const file = new JsonFields(content, where);
  const model = file.object('model');
  model.expect('type', 'WordPiece');
  model.expect('continuing_subword_prefix', continuationPrefix);
  const normalizer = file.object('normalizer');
  normalizer.expect('type', 'BertNormalizer');
  file.object('pre_tokenizer').expect('type', 'BertPreTokenizer');
  const settings = settingsOf(vocabularyOf(model.object('vocab'), where), config, {
    unkToken: model.string('unk_token'),
    cleanText: normalizer.boolean('clean_text'),
    tokenizeChineseChars: normalizer.boolean('handle_chinese_chars'),
    stripAccents: normalizer.boolean('strip_accents'),
    lowercase: normalizer.boolean('lowercase'),
    maxInputCharsPerWord: model.number('max_input_chars_per_word'),
    addedTokens: file.array('added_tokens').map((token, i) => addedTokenOf(token, `${where}: added_tokens[${i}]`)),
  });
  assertPostProcessor(file, settings);
  return settings;
}

/** The tokens by id. Ids must run from 0 without gaps, so that every one of them stands for a row of the embeddings. */
function vocabularyOf(vocab: JsonFields, where: string): string[] {
  const entries = vocab.entries();
  const vocabulary = new Array<string | undefined>(entries.length);
  for (const [token, id] of entries) {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id >= entries.length) {
      throw new RangeError(
        `${where}: ids must run from 0 to ${entries.length - 1} for ${entries.length} tokens, got ${quote(id)} for ${quote(token)}.`,
      );
    }
    const earlier = vocabulary[id];
    if (earlier !== undefined) {
      throw new RangeError(
        `${where}: each token must have its own id, got ${id} for ${quote(earlier)} and ${quote(token)}.`,
      );
    }
    vocabulary[id] = token;
  }
  // As many different ids in range as places: each is filled.
  return vocabulary as string[];
}

function addedTokenOf(content: unknown, where: string): AddedToken {
  const fields = new JsonFields(content, where);
  for (const option of ['single_word', 'lstrip', 'rstrip', 'normalized']) {
    if (fields.boolean(option)) {
      throw new RangeError(`${where}: ${option} must be false, got true. Such tokens are not supported here.`);
    }
  }
  const [id, token] = [fields.number('id'), fields.string('content')];
  if (id === undefined || token === undefined) {
    throw new TypeError(`${where} must have id and content, got ${quote(content)}.`);
  }
  return { id, content: token, special: fields.boolean('special') ?? false };
}

/** Only BERT's template is built here; an older file says the same with another class. */
function assertPostProcessor(file: JsonFields, settings: TokenizerSettings): void {
  const found = file.object('post_processor');
  const { clsToken, sepToken } = settings.specialTokens;
  const idOf = (token: string): number => settings.vocabulary.indexOf(token);
  if (found.get('type') === 'BertProcessing') {
    found.expect('cls', [clsToken, idOf(clsToken)]);
    found.expect('sep', [sepToken, idOf(sepToken)]);
    return;
  }
  const expected = formatTokenizer(settings).post_processor as Record<string, unknown>;
  for (const field of ['type', 'single', 'pair']) found.expect(field, expected[field]);
  const specialTokens = found.object('special_tokens');
  for (const token of [clsToken, sepToken]) specialTokens.object(token).expect('ids', [idOf(token)]);
}

/** Special tokens are written as text, or as an object with the text. */
function tokenOf(config: JsonFields, name: string): string | undefined {
  const value = config.get(name);
  return typeof value === 'object' ? config.object(name).string('content') : config.string(name);
}
