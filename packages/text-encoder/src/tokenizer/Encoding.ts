import { type TruncationStrategy } from './truncatedLengths.js';

/** Options of `TextTokenizer.encode`. */
export interface EncodeOptions {
  /** A second text; default none. The empty text is a text. */
  readonly pair?: string | undefined;
  /** Tokens that are kept, special ones included; default `modelMaxLength` of the tokenizer. */
  readonly maxLength?: number | undefined;
  /** Which text gives tokens up when there are more; false keeps all; default 'longest_first'. */
  readonly truncation?: TruncationStrategy | false | undefined;
  /** Whether to put `[CLS]` and `[SEP]` around the texts; default true. */
  readonly addSpecialTokens?: boolean | undefined;
}

/** A text as tokens. All arrays have one entry per token. */
export interface Encoding {
  readonly inputIds: readonly number[];
  /** 0 for the first text, 1 from the second text on. */
  readonly tokenTypeIds: readonly number[];
  /** All 1: padding comes with batches. */
  readonly attentionMask: readonly number[];
  readonly tokens: readonly string[];
  /** UTF-16 indices such that `text.slice(start, end)` is the source of the token, in the text or in the pair; `[0, 0]` for special tokens. */
  readonly offsets: readonly (readonly [start: number, end: number])[];
  /** Number of the word in its text, or null for special tokens. */
  readonly wordIds: readonly (number | null)[];
  /** 0 for tokens of the text, 1 for tokens of the pair, null for special tokens. */
  readonly sequenceIds: readonly (number | null)[];
  /** 1 for the tokens that were put around the texts. */
  readonly specialTokensMask: readonly number[];
}

/** Options of `TextTokenizer.encodeBatch`. */
export interface EncodeBatchOptions extends Omit<EncodeOptions, 'pair'> {
  /** Second texts, one per text; default none. */
  readonly pairs?: readonly string[] | undefined;
  /**
   * 'longest' pads to the longest text of the batch, a number to that length (which is then the default of `maxLength`), false not at all;
   * default 'longest'.
   */
  readonly padding?: 'longest' | number | false | undefined;
}

/** Texts side by side, row by row. */
export interface BatchEncoding {
  /** `[B, T]` */
  readonly inputIds: Int32Array;
  /** `[B, T]`, 1 = token, 0 = padding. */
  readonly attentionMask: Int32Array;
  /** `[B, T]` */
  readonly tokenTypeIds: Int32Array;
  /** `[B, T]`: texts and tokens per text. */
  readonly shape: [number, number];
  /** The texts one by one, without padding. */
  readonly encodings: readonly Encoding[];
}
