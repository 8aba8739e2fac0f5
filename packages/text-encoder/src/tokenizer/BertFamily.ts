import { type AlignedPiece } from './AlignedPiece.js';
import { type AlignedText } from './AlignedText.js';
import { bertSpecialTokens } from './bertSpecialTokens.js';
import { cleanUpSpaces } from './cleanUpSpaces.js';
import { continuationPrefix, formatWordPieceModel } from './formatWordPieceModel.js';
import { type JsonFields } from './JsonFields.js';
import { type NormalizationRules } from './NormalizationRules.js';
import { normalizeBert } from './normalizeBert.js';
import { type PieceModel } from './PieceModel.js';
import { splitBertWords } from './splitBertWords.js';
import { type SpecialPiece, type Template } from './Template.js';
import { type TokenizerFamily } from './TokenizerFamily.js';
import { type TokenizerSettings } from './TokenizerSettings.js';
import { WordPieceModel } from './WordPieceModel.js';

/** What BERT tokenizers differ in. */
export interface BertRules {
  readonly normalization: NormalizationRules;
  /** As written in the files; `undefined` follows `lowercase`. */
  readonly stripAccents: boolean | undefined;
  /** Longer words are unknown, in characters. */
  readonly maxInputCharsPerWord: number;
}

/** BERT and DistilBERT: words by WordPiece, `[CLS] A [SEP] B [SEP]`. */
export class BertFamily implements TokenizerFamily {
  readonly tokenizerClass = 'BertTokenizer';
  readonly specialTokenFields = [
    { role: 'padToken', field: 'pad_token', token: bertSpecialTokens.padToken },
    { role: 'unkToken', field: 'unk_token', token: bertSpecialTokens.unkToken },
    { role: 'clsToken', field: 'cls_token', token: bertSpecialTokens.clsToken },
    { role: 'sepToken', field: 'sep_token', token: bertSpecialTokens.sepToken },
    { role: 'maskToken', field: 'mask_token', token: bertSpecialTokens.maskToken },
  ] as const;
  readonly modelMaxLength = 512;
  readonly cleansUp = true;
  readonly #rules: BertRules;

  constructor(rules: BertRules) {
    this.#rules = rules;
  }

  normalize(text: AlignedText): AlignedText {
    return normalizeBert(text, this.#rules.normalization);
  }

  split(text: AlignedText): AlignedText[] {
    return splitBertWords(text);
  }

  createModel(settings: TokenizerSettings): PieceModel {
    return new WordPieceModel(settings.vocabulary, this.#modelRules(settings));
  }

  template(cls: SpecialPiece, sep: SpecialPiece): Template {
    return { before: [cls], between: [sep], after: [sep], pairType: 1 };
  }

  place(pieces: readonly AlignedPiece[]): readonly AlignedPiece[] {
    return pieces;
  }

  decode(tokens: readonly string[]): string {
    const parts = tokens.map((token, i) => {
      if (i === 0) return token;
      return token.startsWith(continuationPrefix) ? token.slice(continuationPrefix.length) : ` ${token}`;
    });
    return parts.map(cleanUpSpaces).join('');
  }

  format(settings: TokenizerSettings): Record<string, unknown> {
    const { normalization, stripAccents } = this.#rules;
    return {
      normalizer: {
        type: 'BertNormalizer',
        clean_text: normalization.cleanText,
        handle_chinese_chars: normalization.tokenizeChineseChars,
        strip_accents: stripAccents ?? null,
        lowercase: normalization.lowercase,
      },
      pre_tokenizer: { type: 'BertPreTokenizer' },
      post_processor: formatPostProcessor(settings),
      decoder: { type: 'WordPiece', prefix: continuationPrefix, cleanup: true },
      model: formatWordPieceModel(settings.vocabulary, this.#modelRules(settings)),
    };
  }

  formatConfig(): Record<string, unknown> {
    const { normalization, stripAccents } = this.#rules;
    return {
      do_lower_case: normalization.lowercase,
      strip_accents: stripAccents ?? null,
      tokenize_chinese_chars: normalization.tokenizeChineseChars,
    };
  }

  formatVocabulary(vocabulary: readonly string[]): ReadonlyMap<string, string> {
    return new Map([['vocab.txt', vocabulary.map((token) => `${token}\n`).join('')]]);
  }

  assertVocabulary(_: TokenizerSettings, where: string): void {
    const { maxInputCharsPerWord } = this.#rules;
    if (!Number.isSafeInteger(maxInputCharsPerWord) || maxInputCharsPerWord < 1) {
      throw new RangeError(`${where}: maxInputCharsPerWord must be a positive integer, got ${maxInputCharsPerWord}.`);
    }
  }

  /** An older file says the same with another class. */
  assertPostProcessor(found: JsonFields, settings: TokenizerSettings): void {
    const { clsToken, sepToken } = settings.specialTokens;
    const idOf = (token: string): number => settings.vocabulary.indexOf(token);
    if (found.get('type') === 'BertProcessing') {
      found.expect('cls', [clsToken, idOf(clsToken)]);
      found.expect('sep', [sepToken, idOf(sepToken)]);
      return;
    }
    const expected = formatPostProcessor(settings);
    for (const field of ['type', 'single', 'pair']) found.expect(field, expected[field]);
    const specialTokens = found.object('special_tokens');
    for (const token of [clsToken, sepToken]) specialTokens.object(token).expect('ids', [idOf(token)]);
  }

  #modelRules({ specialTokens }: TokenizerSettings): { unkToken: string; maxInputCharsPerWord: number } {
    return { unkToken: specialTokens.unkToken, maxInputCharsPerWord: this.#rules.maxInputCharsPerWord };
  }
}

/** `[CLS] A [SEP]`, and `[CLS] A [SEP] B [SEP]` with type 1 from B on. */
function formatPostProcessor({ vocabulary, specialTokens }: TokenizerSettings): Record<string, unknown> {
  const { clsToken, sepToken } = specialTokens;
  const special = (id: string, type: number): unknown => ({ SpecialToken: { id, type_id: type } });
  const sequence = (id: string, type: number): unknown => ({ Sequence: { id, type_id: type } });
  const single = [special(clsToken, 0), sequence('A', 0), special(sepToken, 0)];
  return {
    type: 'TemplateProcessing',
    single,
    pair: [...single, sequence('B', 1), special(sepToken, 1)],
    special_tokens: Object.fromEntries(
      [clsToken, sepToken].map((token) => [token, { id: token, ids: [vocabulary.indexOf(token)], tokens: [token] }]),
    ),
  };
}
