/**
 * How the states of a text become one vector: the first token through the pooler that the checkpoint trained, the mean over the tokens that the
 * mask keeps, the first token, or the token that ends the text.
 */
export type TextPooling = 'pooler' | 'mean' | 'cls' | 'eos';

/**
 * Checks that an architecture can pool so.
 *
 * @throws RangeError when it cannot
 */
export function assertPooling(pooling: TextPooling, possible: readonly TextPooling[], where: string): void {
  if (possible.includes(pooling)) return;
  throw new RangeError(`${where}: pooling must be one of ${possible.join(', ')}, got "${pooling.slice(0, 80)}".`);
}
