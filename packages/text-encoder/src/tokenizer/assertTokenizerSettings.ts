import { type AddedToken } from './AddedToken.js';
import { quote } from './quote.js';
import { type TokenizerSettings } from './TokenizerSettings.js';

/** Above any published model (a few tokens beside 250,000 pieces), below what would be slow to search for. */
const mostAddedTokens = 10_000;

/**
 * Checks what a tokenizer is made from, whether it came from a file or from a caller.
 *
 * @param where - for the message: `'TextTokenizer: folder/tokenizer.json'`
 * @throws RangeError when tokens are missing, twice, unusable or without an id of their own
 */
export function assertTokenizerSettings(settings: TokenizerSettings, where: string): void {
  const { vocabulary, specialTokens, addedTokens, family, modelMaxLength } = settings;
  const ids = idsOf(vocabulary, where);
  const added = new Set(addedTokens.map(({ content }) => content));
  for (const token of Object.values(specialTokens) as (string | undefined)[]) {
    if (token !== undefined && !ids.has(token) && !added.has(token)) {
      throw new RangeError(
        `${where}: the vocabulary must have the special token ${quote(token)}, got ${vocabulary.length} tokens without it.`,
      );
    }
  }
  assertAddedTokens(addedTokens, ids, where);
  family.assertVocabulary(settings, where);
  if (!Number.isSafeInteger(modelMaxLength) || modelMaxLength < 1) {
    throw new RangeError(`${where}: modelMaxLength must be a positive integer, got ${modelMaxLength}.`);
  }
}

function idsOf(vocabulary: readonly string[], where: string): Map<string, number> {
  const ids = new Map<string, number>();
  for (const [id, token] of vocabulary.entries()) {
    assertToken(token, id, where);
    const earlier = ids.get(token);
    if (earlier !== undefined) {
      throw new RangeError(
        `${where}: each token must be in the vocabulary once, got ${quote(token)} at ${earlier} and ${id}.`,
      );
    }
    ids.set(token, id);
  }
  return ids;
}

/** What `vocab.txt`, one token a line, cannot hold. */
function assertToken(token: unknown, id: number, where: string): void {
  if (typeof token !== 'string' || token === '' || /[\r\n\p{Cs}]/u.test(token)) {
    throw new RangeError(
      `${where}: a token must be a string with characters and without line breaks or lone surrogates, got ${quote(token)} at ${id}.`,
    );
  }
}

function assertAddedTokens(addedTokens: readonly AddedToken[], ids: ReadonlyMap<string, number>, where: string): void {
  if (addedTokens.length > mostAddedTokens) {
    throw new RangeError(`${where}: there must be at most ${mostAddedTokens} added tokens, got ${addedTokens.length}.`);
  }
  const added = new Set<string>();
  let nextId = ids.size;
  for (const { id, content } of [...addedTokens].sort((a, b) => a.id - b.id)) {
    assertToken(content, id, where);
    const expected = ids.get(content) ?? nextId;
    if (id !== expected || added.has(content)) {
      throw new RangeError(
        `${where}: the added token ${quote(content)} must be there once with id ${expected}, got ${added.has(content) ? 'it twice' : id}.`,
      );
    }
    if (id === nextId) nextId += 1;
    added.add(content);
  }
}
