import { type AlignedPiece } from './AlignedPiece.js';
import { type AlignedText } from './AlignedText.js';
import { BytePairFamily } from './BytePairFamily.js';
import { type BytePairRules } from './BytePairModel.js';
import { collapseSpaces } from './collapseSpaces.js';
import { composedCharacters } from './composedCharacters.js';
import { lowercase } from './lowercase.js';
import { replaceCharacters } from './replaceCharacters.js';
import { splitByteLevelWords } from './splitByteLevelWords.js';
import { splitClipWords } from './splitClipWords.js';
import { stripSpaces } from './stripSpaces.js';
import { type TokenizerSettings } from './TokenizerSettings.js';

/** The patterns by which published CLIP tokenizers split: first Python's of today, which keeps special tokens together, then the original one. */
export const clipPatterns = [
  String.raw`<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`,
  String.raw`'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`,
] as const;

/** What CLIP tokenizers differ in. */
export interface ClipRules extends BytePairRules {
  /** One of {@link clipPatterns}. */
  readonly pattern: (typeof clipPatterns)[number];
}

/** Marks the end of a word in CLIP's vocabulary. */
export const clipWordEnd = '</w>';

/** CLIP: lowercased, byte-level byte-pair encoding with marked ends of words, `<|startoftext|> A <|endoftext|>`. */
export class ClipFamily extends BytePairFamily<ClipRules> {
  readonly tokenizerClass = 'CLIPTokenizer';
  readonly specialTokenFields = [
    { role: 'clsToken', field: 'bos_token', token: '<|startoftext|>' },
    { role: 'sepToken', field: 'eos_token', token: '<|endoftext|>' },
    { role: 'unkToken', field: 'unk_token', token: '<|endoftext|>' },
    { role: 'padToken', field: 'pad_token', token: '<|endoftext|>' },
  ] as const;
  readonly modelMaxLength = 77;
  readonly cleansUp = true;

  normalize(text: AlignedText): AlignedText {
    const isComposed = /^[\0-\u02ff]*$/.test(text.text);
    const composed = isComposed ? text : replaceCharacters(text, composedCharacters(text.text));
    return lowercase(collapseSpaces(composed));
  }

  split(text: AlignedText): AlignedText[] {
    return splitClipWords(text, this.rules.pattern === clipPatterns[0])
      .flatMap(splitByteLevelWords)
      .map((word) => this.alphabet.spell(word));
  }

  place(pieces: readonly AlignedPiece[]): readonly AlignedPiece[] {
    return pieces;
  }

  decode(tokens: readonly string[]): string {
    return stripSpaces(this.alphabet.read(tokens).replaceAll(clipWordEnd, ' '));
  }

  format(settings: TokenizerSettings): Record<string, unknown> {
    const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
    return {
      normalizer: {
        type: 'Sequence',
        normalizers: [
          { type: 'NFC' },
          { type: 'Replace', pattern: { Regex: String.raw`\s+` }, content: ' ' },
          { type: 'Lowercase' },
        ],
      },
      pre_tokenizer: {
        type: 'Sequence',
        pretokenizers: [
          { type: 'Split', pattern: { Regex: this.rules.pattern }, behavior: 'Removed', invert: true },
          byteLevel,
        ],
      },
      post_processor: this.formatProcessing(settings, { trim_offsets: false, add_prefix_space: false }),
      decoder: { ...byteLevel, add_prefix_space: true },
      model: this.formatModel(settings.vocabulary),
    };
  }

  formatConfig(): Record<string, unknown> {
    return {};
  }
}
