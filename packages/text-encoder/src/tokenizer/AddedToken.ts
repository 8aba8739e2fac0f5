/** A token that is found in the text as it stands, such as `[MASK]`. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Whether decoding may skip it. */
  readonly special: boolean;
  /** Whether it only counts where no character of a word is beside it. */
  readonly singleWord: boolean;
  /** Whether white space before it belongs to it. */
  readonly lstrip: boolean;
  /** Whether white space behind it belongs to it. */
  readonly rstrip: boolean;
  /** Whether it is looked for in the normalized text, and is normalized itself. */
  readonly normalized: boolean;
}
