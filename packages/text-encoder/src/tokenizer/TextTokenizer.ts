import { type CheckpointFolder, openFolder, writeFolder } from '@crossmodal/weights';
import { assembleEncoding, type SpecialPieces } from './assembleEncoding.js';
import { type BatchEncoding, type EncodeBatchOptions, type EncodeOptions, type Encoding } from './Encoding.js';
import { createHuggingFaceTokenizer, type HuggingFaceTokenizer } from './huggingFaceTokenizer.js';
import { padEncodings } from './padEncodings.js';
import { quote } from './quote.js';
import { readTokenizerFolder, withSpecialTokens } from './readTokenizerFolder.js';
import { type AlignedPiece, TextPieces } from './TextPieces.js';
import { formatTokenizer, formatTokenizerFiles } from './tokenizerFiles.js';
import {
  assertTokenizerSettings,
  defaultModelMaxLength,
  defaultSpecialTokens,
  type SpecialTokens,
  type TokenizerSettings,
} from './TokenizerSettings.js';
import { truncatedLengths } from './truncatedLengths.js';

/** Options of `TextTokenizer.fromVocabulary`. */
export interface VocabularyOptions {
  /** Default true. */
  readonly lowercase?: boolean | undefined;
  /** Whether accents are removed; default: as `lowercase`. */
  readonly stripAccents?: boolean | undefined;
  /** Whether each character of Chinese origin is a word; default true. */
  readonly tokenizeChineseChars?: boolean | undefined;
  /** Tokens per text when a call does not say; default 512. */
  readonly modelMaxLength?: number | undefined;
}

/** Options of `TextTokenizer.decode`. */
export interface DecodeOptions {
  /** Whether `[CLS]`, `[SEP]`, `[PAD]` and the like are left out; default false. */
  readonly skipSpecialTokens?: boolean | undefined;
  /** Whether spaces before punctuation and English contractions go; default true. */
  readonly cleanUpTokenizationSpaces?: boolean | undefined;
}

/**
 * BERT's tokenizer: the ids of Python's `BertTokenizerFast`, with offsets that are indices of JavaScript strings.
 *
 * Words are split by WordPiece (Wu et al. 2016, section 4.1, https://arxiv.org/abs/1609.08144). Reference: tokenizers 0.23.3 (Rust) and
 * transformers 5.24.
 *
 * @example
 * const tokenizer = TextTokenizer.fromVocabulary(buildVocabulary(['a fine lamp']));
 * tokenizer.encode('A fine lamp!').tokens; // ['[CLS]', 'a', 'fine', 'lamp', '[UNK]', '[SEP]']
 */
export class TextTokenizer {
  /** Tokens per text, special ones included, when a call does not say. */
  readonly modelMaxLength: number;
  readonly padTokenId: number;
  readonly unkTokenId: number;
  readonly clsTokenId: number;
  readonly sepTokenId: number;
  readonly maskTokenId: number;
  readonly #settings: TokenizerSettings;
  readonly #pieces: TextPieces;
  readonly #tokens: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;
  readonly #specialPieces: SpecialPieces;
  #decoder: HuggingFaceTokenizer | undefined;

  private constructor(settings: TokenizerSettings, where: string) {
    assertTokenizerSettings(settings, where);
    const { vocabulary, addedTokens, specialTokens } = settings;
    const beyond = addedTokens.filter(({ id }) => id >= vocabulary.length).map(({ content }) => content);
    this.#settings = settings;
    this.#pieces = new TextPieces(settings);
    this.#tokens = [...vocabulary, ...beyond];
    this.#ids = new Map(this.#tokens.map((token, id) => [token, id]));
    const idOf = (name: keyof SpecialTokens): number => this.#ids.get(specialTokens[name]) ?? -1;
    this.modelMaxLength = settings.modelMaxLength;
    this.padTokenId = idOf('padToken');
    this.unkTokenId = idOf('unkToken');
    this.clsTokenId = idOf('clsToken');
    this.sepTokenId = idOf('sepToken');
    this.maskTokenId = idOf('maskToken');
    this.#specialPieces = {
      cls: { id: this.clsTokenId, token: specialTokens.clsToken },
      sep: { id: this.sepTokenId, token: specialTokens.sepToken },
    };
  }

  /**
   * Opens a folder in Hugging Face's layout: `tokenizer.json` or `vocab.txt`, and `tokenizer_config.json` if it is there.
   *
   * @param folder - path, URL or open folder
   * @throws TypeError or RangeError when the files describe another kind of tokenizer, or tokens are missing or there twice
   */
  static async load(folder: string | URL | CheckpointFolder): Promise<TextTokenizer> {
    const opened = typeof folder === 'string' || folder instanceof URL ? openFolder(folder) : folder;
    return new TextTokenizer(await readTokenizerFolder(opened), `TextTokenizer: ${opened.location}`);
  }

  /**
   * Makes a tokenizer from a list of tokens, as {@link buildVocabulary} gives it.
   *
   * @param vocabulary - position is id; holds `[PAD]`, `[UNK]`, `[CLS]`, `[SEP]` and `[MASK]`
   * @param options - how text is normalized
   * @throws RangeError when a token is missing, there twice or unusable, or `modelMaxLength` is no positive integer
   */
  static fromVocabulary(
    vocabulary: readonly string[],
    { lowercase = true, stripAccents, tokenizeChineseChars = true, modelMaxLength }: VocabularyOptions = {},
  ): TextTokenizer {
    const settings: TokenizerSettings = {
      vocabulary: [...vocabulary],
      specialTokens: defaultSpecialTokens,
      addedTokens: withSpecialTokens([], vocabulary, defaultSpecialTokens),
      normalization: { cleanText: true, tokenizeChineseChars, lowercase, stripAccents: stripAccents ?? lowercase },
      stripAccents,
      maxInputCharsPerWord: 100,
      modelMaxLength: modelMaxLength ?? defaultModelMaxLength,
    };
    return new TextTokenizer(settings, 'TextTokenizer');
  }

  /**
   * The same tokenizer with another `modelMaxLength`.
   *
   * @param modelMaxLength - tokens per text, special ones included, when a call does not say
   * @throws RangeError when it is no positive integer
   */
  withModelMaxLength(modelMaxLength: number): TextTokenizer {
    return new TextTokenizer({ ...this.#settings, modelMaxLength }, 'TextTokenizer');
  }

  /** Number of different ids: the smallest `vocabSize` of an encoder that reads them. */
  get vocabularySize(): number {
    return this.#tokens.length;
  }

  /** The id of a token, or `undefined`. */
  tokenToId(token: string): number | undefined {
    return this.#ids.get(token);
  }

  /** The token of an id, or `undefined`. */
  idToToken(id: number): string | undefined {
    return this.#tokens[id];
  }

  /**
   * Encodes one text or a pair. Every id is below `vocabularySize`.
   *
   * @param text - any string; special tokens in it, such as `[SEP]`, count as such, as in Python
   * @param options - second text and truncation
   * @throws TypeError when a text is no string
   * @throws RangeError when `maxLength` has no room for the special tokens, or truncation would leave a text without tokens
   */
  encode(
    text: string,
    { pair, maxLength, truncation = 'longest_first', addSpecialTokens = true }: EncodeOptions = {},
  ): Encoding {
    const first = this.#split(text, 'text');
    const second = pair === undefined ? undefined : this.#split(pair, 'pair');
    if (truncation !== false) {
      const room = this.#roomFor(maxLength ?? this.modelMaxLength, addSpecialTokens ? (second ? 3 : 2) : 0);
      const kept = truncatedLengths(first.length, second?.length, room, truncation);
      first.length = kept.first;
      if (second) second.length = kept.second;
    }
    return assembleEncoding(first, second, addSpecialTokens ? this.#specialPieces : undefined);
  }

  /**
   * Encodes texts of different lengths side by side.
   *
   * @param texts - at least one
   * @param options - as for `encode`, and how to pad
   * @throws TypeError when a text is no string
   * @throws RangeError as `encode`, and when there is no text, the numbers of texts and pairs differ or rows cannot be made equally long
   */
  encodeBatch(
    texts: readonly string[],
    { pairs, padding = 'longest', ...options }: EncodeBatchOptions = {},
  ): BatchEncoding {
    if (pairs && pairs.length !== texts.length) {
      throw new RangeError(
        `TextTokenizer.encodeBatch: pairs must have one entry per text, ${texts.length}, got ${pairs.length}.`,
      );
    }
    const maxLength = options.maxLength ?? (typeof padding === 'number' ? padding : undefined);
    const encodings = texts.map((text, row) => this.encode(text, { ...options, maxLength, pair: pairs?.[row] }));
    return padEncodings(encodings, padding, this.padTokenId);
  }

  /**
   * Turns ids back into text: lowercase and with spaces where the source may have had none.
   *
   * @param ids - each in [0, `vocabularySize`)
   * @throws RangeError when an id is out of range
   */
  decode(
    ids: ArrayLike<number>,
    { skipSpecialTokens = false, cleanUpTokenizationSpaces = true }: DecodeOptions = {},
  ): string {
    const list = Array.from(ids);
    for (const id of list) {
      if (this.#tokens[id] === undefined) {
        throw new RangeError(`TextTokenizer.decode: ids must be integers in [0, ${this.vocabularySize}), got ${id}.`);
      }
    }
    if (list.length === 0) return '';
    this.#decoder ??= createHuggingFaceTokenizer(formatTokenizer(this.#settings));
    return this.#decoder.decode(list, {
      skip_special_tokens: skipSpecialTokens,
      clean_up_tokenization_spaces: cleanUpTokenizationSpaces,
    });
  }

  /** The folder that Python's `BertTokenizerFast.from_pretrained` and {@link TextTokenizer.load} open. */
  files(): Map<string, string> {
    return formatTokenizerFiles(this.#settings);
  }

  /**
   * Writes `files()` into a folder; other files in it stay.
   *
   * @param path - created if it does not exist
   */
  async save(path: string): Promise<void> {
    await writeFolder(path, this.files());
  }

  #split(text: unknown, name: string): AlignedPiece[] {
    if (typeof text !== 'string') {
      throw new TypeError(
        `TextTokenizer.encode: ${name} must be a string, got ${text === null ? 'null' : typeof text}.`,
      );
    }
    return this.#pieces.split(text);
  }

  #roomFor(maxLength: number, specialTokens: number): number {
    if (!Number.isSafeInteger(maxLength) || maxLength < Math.max(1, specialTokens)) {
      throw new RangeError(
        `TextTokenizer.encode: maxLength must be an integer of at least ${Math.max(1, specialTokens)}, for special tokens or one token, ` +
          `got ${quote(maxLength)}.`,
      );
    }
    return maxLength - specialTokens;
  }
}
