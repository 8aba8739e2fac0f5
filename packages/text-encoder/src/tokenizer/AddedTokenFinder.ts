import { type AddedToken } from './TokenizerSettings.js';

/** An added token in a text. */
export interface FoundToken extends AddedToken {
  /** UTF-16 index of its first unit. */
  readonly index: number;
}

/** A place in the tree of all added tokens, one UTF-16 unit per step. */
interface TreeNode {
  readonly next: Map<number, TreeNode>;
  token?: AddedToken;
}

/** Finds added tokens in texts. The work per place is bounded by the longest token, however many there are. */
export class AddedTokenFinder {
  readonly #root: TreeNode = { next: new Map() };

  /** @param tokens - none of them empty, none there twice */
  constructor(tokens: readonly AddedToken[]) {
    for (const token of tokens) {
      let node = this.#root;
      for (let i = 0; i < token.content.length; i += 1) {
        const unit = token.content.charCodeAt(i);
        const next = node.next.get(unit) ?? { next: new Map<number, TreeNode>() };
        node.next.set(unit, next);
        node = next;
      }
      node.token = token;
    }
  }

  /** The tokens from left to right without overlaps: the leftmost one, and the longest of those that start there. */
  find(text: string): FoundToken[] {
    const found: FoundToken[] = [];
    let index = 0;
    while (index < text.length) {
      const token = this.#longestAt(text, index);
      if (token) found.push({ ...token, index });
      index += token ? token.content.length : 1;
    }
    return found;
  }

  #longestAt(text: string, index: number): AddedToken | undefined {
    let longest: AddedToken | undefined;
    let node = this.#root.next.get(text.charCodeAt(index));
    for (let i = index + 1; node; i += 1) {
      longest = node.token ?? longest;
      node = node.next.get(text.charCodeAt(i));
    }
    return longest;
  }
}
