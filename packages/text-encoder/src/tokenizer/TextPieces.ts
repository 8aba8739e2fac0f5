import { type AddedToken } from './AddedToken.js';
import { AddedTokenFinder } from './AddedTokenFinder.js';
import { type AlignedPiece } from './AlignedPiece.js';
import { AlignedText } from './AlignedText.js';
import { CachedPieceModel } from './CachedPieceModel.js';
import { type PieceModel } from './PieceModel.js';
import { type TokenizerFamily } from './TokenizerFamily.js';
import { type TokenizerSettings } from './TokenizerSettings.js';

/** Turns one text into pieces: added tokens as they stand, everything else normalized, split into words and then into pieces. */
export class TextPieces {
  readonly #family: TokenizerFamily;
  readonly #model: PieceModel;
  readonly #plain: AddedTokenFinder;
  readonly #normalized: AddedTokenFinder;

  /**
   * @param settings - checked by the caller
   * @param where - for the message: `'TextTokenizer: folder'`
   * @throws RangeError when two added tokens are one after normalization
   */
  constructor(settings: TokenizerSettings, where: string) {
    const { addedTokens, family } = settings;
    this.#family = family;
    this.#model = new CachedPieceModel(family.createModel(settings));
    this.#plain = new AddedTokenFinder(
      addedTokens.filter(({ normalized }) => !normalized),
      where,
    );
    const spelling = ({ content }: AddedToken): string => family.normalize(AlignedText.of(content)).text;
    this.#normalized = new AddedTokenFinder(
      addedTokens.filter(({ normalized }) => normalized),
      where,
      spelling,
    );
  }

  /** @param source - any string */
  split(source: string): AlignedPiece[] {
    const pieces: AlignedPiece[] = [];
    let words = 0;
    for (const section of sectionsOf(AlignedText.of(source), this.#plain)) {
      const normalized = section.token ? [section] : this.#sectionsOf(section.text);
      for (const { token, text } of normalized) {
        if (token) {
          pieces.push(pieceOf(text, 0, text.text.length, token.id, text.text, words));
          words += 1;
        } else words = this.#appendWords(pieces, text, words);
      }
    }
    return pieces;
  }

  #sectionsOf(text: AlignedText): Section[] {
    return sectionsOf(this.#family.normalize(text), this.#normalized);
  }

  #appendWords(pieces: AlignedPiece[], section: AlignedText, firstWordId: number): number {
    let wordId = firstWordId;
    for (const word of this.#family.split(section)) {
      let unit = 0;
      for (const { id, token, length } of this.#model.split(word.text)) {
        pieces.push(pieceOf(word, unit, unit + length, id, token, wordId));
        unit += length;
      }
      wordId += 1;
    }
    return wordId;
  }
}

/** A stretch of a text: an added token, or what is between two. */
interface Section {
  readonly text: AlignedText;
  readonly token?: AddedToken;
}

function sectionsOf(text: AlignedText, finder: AddedTokenFinder): Section[] {
  const found = finder.find(text.text);
  if (found.length === 0) return [{ text }];
  const sections: Section[] = [];
  let position = 0;
  for (const { token, start, end } of found) {
    if (start > position) sections.push({ text: text.slice(position, start) });
    sections.push({ text: text.slice(start, end), token });
    position = end;
  }
  if (position < text.text.length) sections.push({ text: text.slice(position) });
  return sections;
}

function pieceOf(
  { starts, ends }: AlignedText,
  first: number,
  behind: number,
  id: number,
  token: string,
  wordId: number,
): AlignedPiece {
  return { id, token, start: starts[first] ?? 0, end: ends[behind - 1] ?? 0, wordId };
}
