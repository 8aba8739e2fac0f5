import { type AddedToken } from './AddedToken.js';
import { type JsonFields } from './JsonFields.js';
import { quote } from './quote.js';
import { type AddedTokenFlags } from './withSpecialTokens.js';

/**
 * An entry of `added_tokens`, or of `added_tokens_decoder` with the id beside it.
 *
 * @throws TypeError when it has no id or no content
 */
export function parseAddedToken(fields: JsonFields, id = fields.number('id')): AddedToken {
  const content = fields.string('content');
  if (id === undefined || content === undefined) {
    throw new TypeError(
      `${fields.where} must have id and content, got ${quote(Object.fromEntries(fields.entries()))}.`,
    );
  }
  return { id, content, special: fields.boolean('special') ?? false, ...parseFlags(fields) };
}

/** How a token is looked for, which special tokens in `tokenizer_config.json` say as well. */
export function parseFlags(fields: JsonFields): AddedTokenFlags {
  return {
    singleWord: fields.boolean('single_word') ?? false,
    lstrip: fields.boolean('lstrip') ?? false,
    rstrip: fields.boolean('rstrip') ?? false,
    normalized: fields.boolean('normalized') ?? false,
  };
}
