import { MergeQueue } from './MergeQueue.js';
import { type Piece, type PieceModel } from './PieceModel.js';

/** Two tokens that become one. */
export type Merge = readonly [left: string, right: string];

/** What a byte-pair model is made from. */
export interface BytePairRules {
  /** Most frequent first. The tokens and what becomes of them are in the vocabulary. */
  readonly merges: readonly Merge[];
  /** Stands for characters that are not in the vocabulary; without it they are left out. */
  readonly unkToken: string | undefined;
  /** Marks the last character of a word, such as `</w>`; may be empty. */
  readonly endOfWordSuffix: string;
}

/**
 * Splits words by byte-pair encoding: of all neighbours the pair that was merged first in training becomes one token, until none is left.
 *
 * Sennrich et al. 2016, https://arxiv.org/abs/1508.07909; reference: tokenizers 0.23.3 (Rust). The next pair comes from a heap: a word of n
 * characters takes O(n log n) steps.
 */
export class BytePairModel implements PieceModel {
  readonly #tokens: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;
  readonly #suffix: string;
  readonly #unkId: number | undefined;
  /** Rank of each pair, which has the number `left * vocabulary + right`. */
  readonly #ranks = new Map<number, number>();
  readonly #merged: readonly number[];

  /**
   * @param vocabulary - position is id
   * @param rules - checked by the caller
   */
  constructor(vocabulary: readonly string[], { merges, unkToken, endOfWordSuffix }: BytePairRules) {
    this.#tokens = vocabulary;
    this.#ids = new Map(vocabulary.map((token, id) => [token, id]));
    this.#suffix = endOfWordSuffix;
    this.#unkId = unkToken === undefined ? undefined : this.#ids.get(unkToken);
    const idOf = (token: string): number => this.#ids.get(token) ?? -1;
    this.#merged = merges.map(([left, right]) => idOf(left + right));
    for (const [rank, [left, right]] of merges.entries()) this.#ranks.set(this.#pair(idOf(left), idOf(right)), rank);
  }

  split(word: string): readonly Piece[] {
    const symbols = this.#symbolsOf(word);
    this.#mergeAll(symbols);
    return symbols
      .filter(({ length }) => length > 0)
      .map(({ id, length }) => ({ id, token: this.#tokens[id] ?? '', length }));
  }

  #symbolsOf(word: string): MergeSymbol[] {
    const characters = Array.from(word);
    const symbols: MergeSymbol[] = [];
    for (const [i, character] of characters.entries()) {
      const isLast = i === characters.length - 1;
      const id = this.#ids.get(isLast ? character + this.#suffix : character) ?? this.#unkId;
      if (id === undefined) continue;
      symbols.push({ id, length: character.length, previous: symbols.length - 1, next: symbols.length + 1 });
    }
    return symbols;
  }

  /** A symbol that another one has taken in has the length 0 afterwards. */
  #mergeAll(symbols: MergeSymbol[]): void {
    const queue = new MergeQueue(symbols.length);
    const push = (position: number): void => {
      const rank = this.#rankAt(symbols, position);
      if (rank !== undefined) queue.push(rank, position);
    };
    for (let position = 0; position < symbols.length - 1; position += 1) push(position);
    for (let merge = queue.pop(); merge; merge = queue.pop()) {
      const { rank, position } = merge;
      const current = this.#rankAt(symbols, position);
      // The pair of then may have been merged with others since.
      if (current === undefined || this.#merged[current] !== this.#merged[rank]) continue;
      const left = symbols[position];
      const right = left && symbols[left.next];
      if (!left || !right) continue;
      left.id = this.#merged[rank] ?? left.id;
      left.length += right.length;
      left.next = right.next;
      right.length = 0;
      const after = symbols[right.next];
      if (after) after.previous = position;
      push(left.previous);
      push(position);
    }
  }

  #rankAt(symbols: readonly MergeSymbol[], position: number): number | undefined {
    const left = symbols[position];
    const right = left && symbols[left.next];
    return left && right && left.length > 0 ? this.#ranks.get(this.#pair(left.id, right.id)) : undefined;
  }

  #pair(left: number, right: number): number {
    return left * this.#tokens.length + right;
  }
}

/** A token of a word that is being merged, with its neighbours. */
interface MergeSymbol {
  id: number;
  length: number;
  previous: number;
  next: number;
}
