import { type AddedToken } from './AddedToken.js';
import { type SpecialTokens } from './SpecialTokens.js';

/** How a token is looked for. */
export type AddedTokenFlags = Pick<AddedToken, 'singleWord' | 'lstrip' | 'rstrip' | 'normalized'>;

const plain: AddedTokenFlags = { singleWord: false, lstrip: false, rstrip: false, normalized: false };

/**
 * Added tokens with the special ones among them, by id.
 *
 * @param listed - what the files list
 * @param vocabulary - position is id
 * @param specialTokens - of the tokenizer
 * @param flags - of special tokens that are not listed; default none
 */
export function withSpecialTokens(
  listed: readonly AddedToken[],
  vocabulary: readonly string[],
  specialTokens: SpecialTokens,
  flags: ReadonlyMap<string, AddedTokenFlags> = new Map(),
): AddedToken[] {
  const contents = new Set(listed.map(({ content }) => content));
  const special = new Set(Object.values(specialTokens) as (string | undefined)[]);
  const unlisted = [...special].flatMap((content) => {
    if (content === undefined || contents.has(content) || !vocabulary.includes(content)) return [];
    return [{ id: vocabulary.indexOf(content), content, ...(flags.get(content) ?? plain), special: true }];
  });
  return [
    ...listed.map((token) => ({ ...token, special: token.special || special.has(token.content) })),
    ...unlisted,
  ].sort((a, b) => a.id - b.id);
}
