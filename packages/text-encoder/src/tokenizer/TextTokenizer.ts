import { type CheckpointFolder, openFolder, writeFolder } from '@crossmodal/weights';
import { type AlignedPiece } from './AlignedPiece.js';
import { assembleEncoding } from './assembleEncoding.js';
import { assertTokenizerSettings } from './assertTokenizerSettings.js';
import { cleanUpSpaces } from './cleanUpSpaces.js';
import {
  type BatchEncoding,
  type EncodeBatchOptions,
  type EncodeOptions,
  type Encoding,
  type Side,
} from './Encoding.js';
import { padEncodings } from './padEncodings.js';
import { readTokenizerFolder } from './readTokenizerFolder.js';
import { settingsFromVocabulary, type VocabularyOptions } from './settingsFromVocabulary.js';
import { type SpecialPiece, type Template } from './Template.js';
import { TextPieces } from './TextPieces.js';
import { formatTokenizerFiles } from './tokenizerFiles.js';
import { type TokenizerSettings } from './TokenizerSettings.js';
import { type TextParts, truncatedParts } from './truncatedParts.js';

/** Options of `TextTokenizer.decode`. */
export interface DecodeOptions {
  /** Whether `[CLS]`, `[SEP]`, `[PAD]` and the like are left out; default false. */
  readonly skipSpecialTokens?: boolean | undefined;
  /**
   * Whether spaces before punctuation and English contractions go; default true, but false for RoBERTa, whose tokens hold the spaces of the
   * text.
   */
  readonly cleanUpTokenizationSpaces?: boolean | undefined;
}

/**
 * Turns texts into token ids: WordPiece as BERT and DistilBERT use it, byte-level byte-pair encoding as RoBERTa and CLIP do. The ids are those
 * of Python's tokenizers, the offsets are indices of JavaScript strings.
 *
 * Reference: tokenizers 0.23.3 (Rust) and transformers 5.24.
 *
 * @example
 * const tokenizer = TextTokenizer.fromVocabulary(buildVocabulary(['a fine lamp']));
 * tokenizer.encode('A fine lamp!').tokens; // ['[CLS]', 'a', 'fine', 'lamp', '[UNK]', '[SEP]']
 */
export class TextTokenizer {
  /** Tokens per text, special ones included, when a call does not say. */
  readonly modelMaxLength: number;
  /** Where rows of a batch are filled up when a call does not say. */
  readonly paddingSide: Side;
  /** Where texts are cut when a call does not say. */
  readonly truncationSide: Side;
  readonly padTokenId: number;
  readonly unkTokenId: number;
  /** Of the token before texts: `[CLS]`, `<s>` or `<|startoftext|>`. */
  readonly clsTokenId: number;
  /** Of the token behind texts: `[SEP]`, `</s>` or `<|endoftext|>`. */
  readonly sepTokenId: number;
  /** `undefined` for CLIP, which has no such token. */
  readonly maskTokenId: number | undefined;
  readonly #settings: TokenizerSettings;
  readonly #pieces: TextPieces;
  readonly #tokens: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;
  readonly #template: Template;

  private constructor(settings: TokenizerSettings, where: string) {
    assertTokenizerSettings(settings, where);
    const { vocabulary, addedTokens, specialTokens, family } = settings;
    const beyond = addedTokens.filter(({ id }) => id >= vocabulary.length).map(({ content }) => content);
    this.#settings = settings;
    this.#pieces = new TextPieces(settings, where);
    this.#tokens = [...vocabulary, ...beyond];
    this.#ids = new Map(this.#tokens.map((token, id) => [token, id]));
    const special = (token: string): SpecialPiece => ({ id: this.#ids.get(token) ?? -1, token });
    this.modelMaxLength = settings.modelMaxLength;
    this.paddingSide = settings.paddingSide;
    this.truncationSide = settings.truncationSide;
    this.padTokenId = special(specialTokens.padToken).id;
    this.unkTokenId = special(specialTokens.unkToken).id;
    this.clsTokenId = special(specialTokens.clsToken).id;
    this.sepTokenId = special(specialTokens.sepToken).id;
    this.maskTokenId = specialTokens.maskToken === undefined ? undefined : special(specialTokens.maskToken).id;
    this.#template = family.template(special(specialTokens.clsToken), special(specialTokens.sepToken));
  }

  /**
   * Opens a folder in Hugging Face's layout: `tokenizer.json`, or `vocab.txt`, or `vocab.json` and `merges.txt`; and
   * `tokenizer_config.json` if it is there.
   *
   * @param folder - path, URL or open folder
   * @throws TypeError or RangeError when the files describe another kind of tokenizer, or tokens are missing or there twice
   */
  static async load(folder: string | URL | CheckpointFolder): Promise<TextTokenizer> {
    const opened = openFolder(folder);
    return new TextTokenizer(await readTokenizerFolder(opened), `TextTokenizer: ${opened.location}`);
  }

  /**
   * Makes a tokenizer from a list of tokens, as {@link buildVocabulary} gives it.
   *
   * @param vocabulary - position is id; holds `[PAD]`, `[UNK]`, `[CLS]`, `[SEP]` and `[MASK]`
   * @param options - how text is normalized
   * @throws RangeError when a token is missing, there twice or unusable, or `modelMaxLength` is no positive integer
   */
  static fromVocabulary(vocabulary: readonly string[], options: VocabularyOptions = {}): TextTokenizer {
    return new TextTokenizer(settingsFromVocabulary(vocabulary, options), 'TextTokenizer');
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
   * @param text - any string; special tokens in it, such as `[SEP]`, count as such, as in Python; a lone surrogate counts as U+FFFD
   * @param options - second text and truncation
   * @throws TypeError when a text is no string
   * @throws RangeError when `maxLength` has no room for the special tokens, truncation would leave a text without tokens, or `stride` is not
   * below the tokens that are kept of a text that is cut
   */
  encode(text: string, options: EncodeOptions = {}): Encoding {
    const { pair, maxLength = this.modelMaxLength, truncation = 'longest_first', stride = 0 } = options;
    const { truncationSide = this.truncationSide, addSpecialTokens = true, returnOverflowingTokens = false } = options;
    const first = this.#split(text, 'text');
    const second = pair === undefined ? undefined : this.#split(pair, 'pair');
    const template = addSpecialTokens ? this.#template : { ...this.#template, before: [], between: [], after: [] };
    const { before, between, after } = template;
    const specialTokens = before.length + after.length + (second ? between.length : 0);
    const rules = { maxLength, specialTokens, truncation, truncationSide, stride };
    const [kept, ...others] = truncatedParts({ first, second }, rules);
    const { family } = this.#settings;
    const encodingOf = (part: TextParts): Omit<Encoding, 'overflowing'> =>
      assembleEncoding(family.place(part.first, text), part.second && family.place(part.second, pair ?? ''), template);
    const overflowing = returnOverflowingTokens ? others : [];
    return { ...encodingOf(kept), overflowing: overflowing.map((part) => ({ ...encodingOf(part), overflowing: [] })) };
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
    { pairs, padding = 'longest', padToMultipleOf = 1, paddingSide, ...options }: EncodeBatchOptions = {},
  ): BatchEncoding {
    if (pairs && pairs.length !== texts.length) {
      throw new RangeError(
        `TextTokenizer.encodeBatch: pairs must have one entry per text, ${texts.length}, got ${pairs.length}.`,
      );
    }
    const maxLength = options.maxLength ?? (typeof padding === 'number' ? padding : undefined);
    const rows = texts.flatMap((text, sample) => {
      const encoding = this.encode(text, { ...options, maxLength, pair: pairs?.[sample] });
      return [encoding, ...encoding.overflowing].map((row) => ({ row, sample }));
    });
    const rules = {
      padding,
      padToMultipleOf,
      side: paddingSide ?? this.paddingSide,
      padTokenId: this.padTokenId,
    };
    const encodings = rows.map(({ row }) => row);
    return { ...padEncodings(encodings, rules), overflowToSampleMapping: rows.map(({ sample }) => sample) };
  }

  /**
   * Turns ids back into text: normalized as the tokens are, and, but for RoBERTa, with spaces where the source may have had none.
   *
   * @param ids - each in [0, `vocabularySize`)
   * @throws RangeError when an id is out of range
   */
  decode(ids: ArrayLike<number>, { skipSpecialTokens = false, cleanUpTokenizationSpaces }: DecodeOptions = {}): string {
    const { family, addedTokens } = this.#settings;
    const skipped = new Set(skipSpecialTokens ? addedTokens.filter(({ special }) => special).map(({ id }) => id) : []);
    const tokens = Array.from(ids, (id) => {
      const token = this.#tokens[id];
      if (token !== undefined) return { id, token };
      throw new RangeError(`TextTokenizer.decode: ids must be integers in [0, ${this.vocabularySize}), got ${id}.`);
    });
    const text = family.decode(tokens.filter(({ id }) => !skipped.has(id)).map(({ token }) => token));
    return (cleanUpTokenizationSpaces ?? family.cleansUp) ? cleanUpSpaces(text) : text;
  }

  /** The folder that Python's `AutoTokenizer.from_pretrained` and {@link TextTokenizer.load} open. */
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
}
