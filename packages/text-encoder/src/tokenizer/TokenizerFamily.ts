import { type AlignedPiece } from './AlignedPiece.js';
import { type AlignedText } from './AlignedText.js';
import { type JsonFields } from './JsonFields.js';
import { type PieceModel } from './PieceModel.js';
import { type SpecialTokenField, type SpecialTokens } from './SpecialTokens.js';
import { type SpecialPiece, type Template } from './Template.js';
import { type TokenizerSettings } from './TokenizerSettings.js';

/** One kind of tokenizer: what it does with a text, and what Hugging Face's files say of it. */
export interface TokenizerFamily {
  /** Python's class of it. */
  readonly tokenizerClass: string;
  readonly specialTokenFields: readonly SpecialTokenField[];
  /** Tokens per text when nothing else is said. */
  readonly modelMaxLength: number;
  /** Whether decoding removes spaces before punctuation unless told otherwise: where it put them itself. */
  readonly cleansUp: boolean;

  /** Before the text is split. */
  normalize(text: AlignedText): AlignedText;
  /** A normalized text into words, in the characters of the vocabulary. */
  split(text: AlignedText): AlignedText[];
  /** What splits words into tokens. */
  createModel(settings: TokenizerSettings): PieceModel;
  /** What is put around texts. */
  template(cls: SpecialPiece, sep: SpecialPiece): Template;
  /** The tokens of a text after truncation, with the offsets that are shown. */
  place(pieces: readonly AlignedPiece[], source: string): readonly AlignedPiece[];
  /** Tokens back into a text. */
  decode(tokens: readonly string[]): string;

  /** The parts of `tokenizer.json`: normalizer, pre_tokenizer, post_processor, decoder and model. */
  format(settings: TokenizerSettings): Record<string, unknown>;
  /** The fields of `tokenizer_config.json` that only this family has. */
  formatConfig(specialTokens: SpecialTokens): Record<string, unknown>;
  /** The older files beside them: contents by name. */
  formatVocabulary(vocabulary: readonly string[]): ReadonlyMap<string, string>;

  /** @throws RangeError when the vocabulary lacks what this family needs */
  assertVocabulary(settings: TokenizerSettings, where: string): void;
  /** @throws RangeError when the file puts something else around texts */
  assertPostProcessor(found: JsonFields, settings: TokenizerSettings): void;
}
