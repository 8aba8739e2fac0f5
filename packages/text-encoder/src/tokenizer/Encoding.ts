import { type TruncationStrategy } from './truncatedLengths.js';

/** An end of a text: right is where it ends, whatever its script. */
export type Side = 'left' | 'right';

/** Options of `TextTokenizer.encode`. */
export interface EncodeOptions {
  /** A second text; default none. The empty text is a text. */
  readonly pair?: string | undefined;
  /** Tokens that are kept, special ones included; default `modelMaxLength` of the tokenizer. */
  readonly maxLength?: number | undefined;
  /** Which text gives tokens up when there are more; false keeps all; default 'longest_first'. */
  readonly truncation?: TruncationStrategy | false | undefined;
  /** Where texts are cut; default `truncationSide` of the tokenizer. */
  readonly truncationSide?: Side | undefined;
  /** Whether what was cut off comes back in `overflowing`; default false. */
  readonly returnOverflowingTokens?: boolean | undefined;
  /** Tokens of a text that an overflowing part shares with the one before; default 0. */
  readonly stride?: number | undefined;
  /** Whether to put special tokens around the texts, such as `[CLS]` and `[SEP]`; default true. */
  readonly addSpecialTokens?: boolean | undefined;
}

/** A text as tokens. All arrays but the last have one entry per token. */
export interface Encoding {
  readonly inputIds: readonly number[];
  /** 0 for the first text, 1 from the second text on; RoBERTa and CLIP have 0 everywhere. */
  readonly tokenTypeIds: readonly number[];
  /** All 1: padding comes with batches. */
  readonly attentionMask: readonly number[];
  /** As they are in the vocabulary; an added token with the white space that belongs to it. */
  readonly tokens: readonly string[];
  /** UTF-16 indices such that `text.slice(start, end)` is the source of the token, in the text or in the pair; `[0, 0]` for special tokens. */
  readonly offsets: readonly (readonly [start: number, end: number])[];
  /** Number of the word in its text, or null for special tokens. */
  readonly wordIds: readonly (number | null)[];
  /** 0 for tokens of the text, 1 for tokens of the pair, null for special tokens. */
  readonly sequenceIds: readonly (number | null)[];
  /** 1 for the tokens that were put around the texts. */
  readonly specialTokensMask: readonly number[];
  /** What truncation cut off, in parts of the same length with special tokens of their own; none unless asked for. */
  readonly overflowing: readonly Encoding[];
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
  /** Rows are padded up to a multiple of this; default 1. Not for `padding: false`. */
  readonly padToMultipleOf?: number | undefined;
  /** Where rows are filled up; default `paddingSide` of the tokenizer. */
  readonly paddingSide?: Side | undefined;
}

/** Texts side by side, row by row: each text, followed by what overflowed of it if that was asked for. */
export interface BatchEncoding {
  /** `[B, T]` */
  readonly inputIds: Int32Array;
  /** `[B, T]`, 1 = token, 0 = padding. */
  readonly attentionMask: Int32Array;
  /** `[B, T]` */
  readonly tokenTypeIds: Int32Array;
  /** `[B, T]`: rows and tokens per row. */
  readonly shape: [number, number];
  /** The rows one by one, without padding. */
  readonly encodings: readonly Encoding[];
  /** The text of each row. */
  readonly overflowToSampleMapping: readonly number[];
}
