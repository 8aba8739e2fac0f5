import { type AlignedPiece } from './AlignedPiece.js';
import { AlignedText } from './AlignedText.js';
import { BytePairFamily } from './BytePairFamily.js';
import { type BytePairRules } from './BytePairModel.js';
import { type SpecialTokens } from './SpecialTokens.js';
import { splitByteLevelWords } from './splitByteLevelWords.js';
import { type TokenizerSettings } from './TokenizerSettings.js';
import { trimOffsets } from './trimOffsets.js';

/** What RoBERTa tokenizers differ in. */
export interface RobertaRules extends BytePairRules {
  /** Whether texts, and what follows an added token, begin with a space if there is none. */
  readonly addPrefixSpace: boolean;
  /** Whether offsets leave out the white space that is part of tokens. */
  readonly trimOffsets: boolean;
}

/** RoBERTa: byte-level byte-pair encoding with the space before a word in its token, `<s> A </s></s> B </s>`. */
export class RobertaFamily extends BytePairFamily<RobertaRules> {
  readonly tokenizerClass = 'RobertaTokenizer';
  readonly specialTokenFields = [
    { role: 'padToken', field: 'pad_token', token: '<pad>' },
    { role: 'unkToken', field: 'unk_token', token: '<unk>' },
    { role: 'clsToken', field: 'cls_token', token: '<s>' },
    { role: 'sepToken', field: 'sep_token', token: '</s>' },
    { role: 'maskToken', field: 'mask_token', token: '<mask>' },
  ] as const;
  readonly modelMaxLength = 512;
  readonly cleansUp = false;

  normalize(text: AlignedText): AlignedText {
    return text;
  }

  split(text: AlignedText): AlignedText[] {
    const isPrefixed = !this.rules.addPrefixSpace || text.text === '' || text.text.startsWith(' ');
    const words = splitByteLevelWords(isPrefixed ? text : withPrefixSpace(text));
    return words.map((word) => this.alphabet.spell(word));
  }

  place(pieces: readonly AlignedPiece[], source: string): readonly AlignedPiece[] {
    return this.rules.trimOffsets ? trimOffsets(pieces, source, this.rules.addPrefixSpace) : pieces;
  }

  decode(tokens: readonly string[]): string {
    return this.alphabet.read(tokens);
  }

  format(settings: TokenizerSettings): Record<string, unknown> {
    const { addPrefixSpace, trimOffsets } = this.rules;
    return {
      normalizer: null,
      pre_tokenizer: { type: 'ByteLevel', add_prefix_space: addPrefixSpace, trim_offsets: true, use_regex: true },
      post_processor: this.formatProcessing(settings, {
        trim_offsets: trimOffsets,
        add_prefix_space: addPrefixSpace,
      }),
      decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
      model: this.formatModel(settings.vocabulary),
    };
  }

  formatConfig({ clsToken, sepToken }: SpecialTokens): Record<string, unknown> {
    const { addPrefixSpace, trimOffsets } = this.rules;
    return {
      add_prefix_space: addPrefixSpace,
      bos_token: clsToken,
      eos_token: sepToken,
      errors: 'replace',
      trim_offsets: trimOffsets,
    };
  }
}

/** The space is aligned with the character it is put before. */
function withPrefixSpace({ text, starts, ends }: AlignedText): AlignedText {
  return new AlignedText(` ${text}`, [starts[0] ?? 0, ...starts], [ends[0] ?? 0, ...ends]);
}
