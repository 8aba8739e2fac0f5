import { type AddedToken } from './AddedToken.js';
import { type Side } from './Encoding.js';
import { type SpecialTokens } from './SpecialTokens.js';
import { type TokenizerFamily } from './TokenizerFamily.js';

/** Everything that a tokenizer is made from. */
export interface TokenizerSettings {
  /** Position is id. */
  readonly vocabulary: readonly string[];
  readonly specialTokens: SpecialTokens;
  /** The special tokens among them; ids continue those of the vocabulary where a token is not in it. */
  readonly addedTokens: readonly AddedToken[];
  /** How text becomes words, and words tokens. */
  readonly family: TokenizerFamily;
  /** Tokens per text, special ones included, when a call does not say. */
  readonly modelMaxLength: number;
  /** Where rows are filled up when a call does not say. */
  readonly paddingSide: Side;
  /** Where texts are cut when a call does not say. */
  readonly truncationSide: Side;
}
