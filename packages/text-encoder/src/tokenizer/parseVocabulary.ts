import { type JsonFields } from './JsonFields.js';
import { quote } from './quote.js';

/**
 * The tokens of a vocabulary by id. Ids must run from 0 without gaps, so that every one of them stands for a row of the embeddings.
 *
 * @throws RangeError when they do not
 */
export function parseVocabulary(fields: JsonFields): string[] {
  const entries = fields.entries();
  const vocabulary = new Array<string | undefined>(entries.length);
  for (const [token, id] of entries) {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id >= entries.length) {
      throw new RangeError(
        `${fields.where}: ids must run from 0 to ${entries.length - 1} for ${entries.length} tokens, got ${quote(id)} for ${quote(token)}.`,
      );
    }
    const earlier = vocabulary[id];
    if (earlier !== undefined) {
      throw new RangeError(
        `${fields.where}: each token must have its own id, got ${id} for ${quote(earlier)} and ${quote(token)}.`,
      );
    }
    vocabulary[id] = token;
  }
  // As many different ids in range as places: each is filled.
  return vocabulary as string[];
}
