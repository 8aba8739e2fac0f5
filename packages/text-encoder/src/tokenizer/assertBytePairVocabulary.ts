import { ByteAlphabet } from './ByteAlphabet.js';
import { type BytePairRules } from './BytePairModel.js';
import { quote } from './quote.js';

/**
 * Checks that every merge and every byte has its token.
 *
 * @param where - for the message
 * @throws RangeError when a part or the result of a merge is not in the vocabulary, or bytes are not and no unknown token stands for them
 */
export function assertBytePairVocabulary(vocabulary: readonly string[], rules: BytePairRules, where: string): void {
  const { merges, unkToken, endOfWordSuffix } = rules;
  const tokens = new Set(vocabulary);
  for (const [rank, [left, right]] of merges.entries()) {
    const missing = [left, right, left + right].find((token) => !tokens.has(token));
    if (missing !== undefined) {
      throw new RangeError(
        `${where}: merge ${rank}, ${quote(left)} and ${quote(right)}, must be of tokens of the vocabulary, got ${quote(missing)}, which is none.`,
      );
    }
  }
  if (unkToken !== undefined) {
    if (tokens.has(unkToken)) return;
    throw new RangeError(`${where}: the vocabulary must have the unknown token ${quote(unkToken)}, got none.`);
  }
  const needed = new Set(
    new ByteAlphabet().characters.flatMap((character) => [character, character + endOfWordSuffix]),
  );
  const missing = [...needed].filter((token) => !tokens.has(token));
  if (missing.length > 0) {
    throw new RangeError(
      `${where}: without unk_token, every byte must be in the vocabulary, got one without ${quote(missing[0])} (${missing.length} missing).`,
    );
  }
}
