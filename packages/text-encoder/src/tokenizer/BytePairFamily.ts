import { type AlignedPiece } from './AlignedPiece.js';
import { type AlignedText } from './AlignedText.js';
import { assertBytePairVocabulary } from './assertBytePairVocabulary.js';
import { ByteAlphabet } from './ByteAlphabet.js';
import { BytePairModel, type BytePairRules } from './BytePairModel.js';
import { type JsonFields } from './JsonFields.js';
import { type PieceModel } from './PieceModel.js';
import { type SpecialTokenField, type SpecialTokens } from './SpecialTokens.js';
import { type SpecialPiece, type Template } from './Template.js';
import { type TokenizerFamily } from './TokenizerFamily.js';
import { type TokenizerSettings } from './TokenizerSettings.js';

/** What RoBERTa and CLIP have in common: bytes as characters, byte-pair encoding, `<s> A </s></s> B </s>` with all types 0. */
export abstract class BytePairFamily<Rules extends BytePairRules = BytePairRules> implements TokenizerFamily {
  abstract readonly tokenizerClass: string;
  abstract readonly specialTokenFields: readonly SpecialTokenField[];
  abstract readonly modelMaxLength: number;
  abstract readonly cleansUp: boolean;
  protected readonly alphabet = new ByteAlphabet();

  /** @param rules - what it differs in from others of its kind */
  constructor(protected readonly rules: Rules) {}

  abstract normalize(text: AlignedText): AlignedText;
  abstract split(text: AlignedText): AlignedText[];
  abstract place(pieces: readonly AlignedPiece[], source: string): readonly AlignedPiece[];
  abstract decode(tokens: readonly string[]): string;
  abstract format(settings: TokenizerSettings): Record<string, unknown>;
  abstract formatConfig(specialTokens: SpecialTokens): Record<string, unknown>;

  createModel({ vocabulary }: TokenizerSettings): PieceModel {
    return new BytePairModel(vocabulary, this.rules);
  }

  template(cls: SpecialPiece, sep: SpecialPiece): Template {
    return { before: [cls], between: [sep, sep], after: [sep], pairType: 0 };
  }

  formatVocabulary(vocabulary: readonly string[]): ReadonlyMap<string, string> {
    return new Map([
      ['vocab.json', `${JSON.stringify(idsOf(vocabulary))}\n`],
      ['merges.txt', `#version: 0.2\n${this.rules.merges.map(([left, right]) => `${left} ${right}\n`).join('')}`],
    ]);
  }

  assertVocabulary({ vocabulary }: TokenizerSettings, where: string): void {
    assertBytePairVocabulary(vocabulary, this.rules, where);
  }

  assertPostProcessor(found: JsonFields, { specialTokens, vocabulary }: TokenizerSettings): void {
    const { clsToken, sepToken } = specialTokens;
    found.expect('type', 'RobertaProcessing');
    found.expect('cls', [clsToken, vocabulary.indexOf(clsToken)]);
    found.expect('sep', [sepToken, vocabulary.indexOf(sepToken)]);
  }

  /** The `model` of `tokenizer.json`. */
  protected formatModel(vocabulary: readonly string[]): Record<string, unknown> {
    return {
      type: 'BPE',
      dropout: null,
      unk_token: this.rules.unkToken ?? null,
      continuing_subword_prefix: '',
      end_of_word_suffix: this.rules.endOfWordSuffix,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: idsOf(vocabulary),
      merges: this.rules.merges,
    };
  }

  /** The `post_processor` of `tokenizer.json`. */
  protected formatProcessing(
    { specialTokens, vocabulary }: TokenizerSettings,
    flags: { readonly trim_offsets: boolean; readonly add_prefix_space: boolean },
  ): Record<string, unknown> {
    const { clsToken, sepToken } = specialTokens;
    return {
      type: 'RobertaProcessing',
      sep: [sepToken, vocabulary.indexOf(sepToken)],
      cls: [clsToken, vocabulary.indexOf(clsToken)],
      ...flags,
    };
  }
}

function idsOf(vocabulary: readonly string[]): Record<string, number> {
  return Object.fromEntries(vocabulary.map((token, id) => [token, id]));
}
