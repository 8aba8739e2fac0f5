import { type AddedToken } from './AddedToken.js';
import { characterClass, characterClassesOf } from './characterClass.js';
import { isSpaceAt } from './isSpaceAt.js';
import { quote } from './quote.js';

/** An added token in a text. */
export interface FoundToken {
  readonly token: AddedToken;
  /** UTF-16 index of its first unit, white space that belongs to it included. */
  readonly start: number;
  /** UTF-16 index behind its last unit, white space that belongs to it included. */
  readonly end: number;
}

/** A place in the tree of all added tokens, one UTF-16 unit per step. */
interface TreeNode {
  readonly next: Map<number, TreeNode>;
  found?: { readonly token: AddedToken; readonly length: number };
}

/**
 * Finds added tokens in texts. The work per place is bounded by the longest token, however many there are.
 *
 * Reference: `AddedVocabulary` of tokenizers 0.23.3 (Rust).
 */
export class AddedTokenFinder {
  readonly #root: TreeNode = { next: new Map() };

  /**
   * @param tokens - what to look for
   * @param where - for the message: `'TextTokenizer: folder'`
   * @param spelling - how a token stands in the texts; default its content
   * @throws RangeError when two of them are spelled alike
   */
  constructor(tokens: readonly AddedToken[], where: string, spelling = ({ content }: AddedToken): string => content) {
    for (const token of tokens) {
      const spelled = spelling(token);
      if (spelled === '') continue;
      let node = this.#root;
      for (let i = 0; i < spelled.length; i += 1) {
        const unit = spelled.charCodeAt(i);
        const next = node.next.get(unit) ?? { next: new Map<number, TreeNode>() };
        node.next.set(unit, next);
        node = next;
      }
      if (node.found) {
        throw new RangeError(
          `${where}: added tokens must differ after normalization, got ${quote(node.found.token.content)} and ${quote(token.content)}.`,
        );
      }
      node.found = { token, length: spelled.length };
    }
  }

  /** The tokens from left to right without overlaps: the leftmost one, and the longest of those that start there. */
  find(text: string): FoundToken[] {
    const found: FoundToken[] = [];
    let index = 0;
    let last = 0;
    while (index < text.length) {
      const match = this.#longestAt(text, index);
      const [start, end] = [index, index + (match?.length ?? 1)];
      index = end;
      if (!match || (match.token.singleWord && !standsAlone(text, start, end))) continue;
      const { token } = match;
      const first = token.lstrip ? spacesBefore(text, start, last) : start;
      last = token.rstrip ? spacesBehind(text, end) : end;
      found.push({ token, start: first, end: last });
    }
    return found;
  }

  #longestAt(text: string, index: number): TreeNode['found'] {
    let longest: TreeNode['found'];
    let node = this.#root.next.get(text.charCodeAt(index));
    for (let i = index + 1; node; i += 1) {
      longest = node.found ?? longest;
      node = node.next.get(text.charCodeAt(i));
    }
    return longest;
  }
}

function spacesBefore(text: string, start: number, earliest: number): number {
  let first = start;
  while (first > earliest && isSpaceAt(text, first - 1)) first -= 1;
  return first;
}

function spacesBehind(text: string, end: number): number {
  let behind = end;
  while (behind < text.length && isSpaceAt(text, behind)) behind += 1;
  return behind;
}

function standsAlone(text: string, start: number, end: number): boolean {
  const before = /.$/su.exec(text.slice(Math.max(0, start - 2), start))?.[0] ?? '';
  const behind = end < text.length ? text.codePointAt(end) : undefined;
  return ![before.codePointAt(0), behind].some((codePoint) => codePoint !== undefined && isOfWord(codePoint));
}

function isOfWord(codePoint: number): boolean {
  return (characterClassesOf(codePoint) & characterClass.word) !== 0;
}
