import { type JsonFields } from './JsonFields.js';
import { parseFlags } from './parseAddedToken.js';
import { type SpecialTokenField, type SpecialTokens } from './SpecialTokens.js';
import { type AddedTokenFlags } from './withSpecialTokens.js';

/** The special tokens of a folder, and how those are looked for that no other file lists. */
export interface ParsedSpecialTokens {
  readonly specialTokens: SpecialTokens;
  readonly flags: ReadonlyMap<string, AddedTokenFlags>;
}

/**
 * Reads the special tokens of `tokenizer_config.json`: texts, or objects with text and flags.
 *
 * @param config - of the folder
 * @param fields - of the family; of two roles with one token the flags of the last count, as in Python
 * @param unkToken - of the model, which counts more
 */
export function parseSpecialTokens(
  config: JsonFields,
  fields: readonly SpecialTokenField[],
  unkToken: string | undefined,
): ParsedSpecialTokens {
  const specialTokens: Partial<Record<keyof SpecialTokens, string>> = {};
  const flags = new Map<string, AddedTokenFlags>();
  for (const { role, field, token } of fields) {
    const object = typeof config.get(field) === 'object' ? config.object(field) : undefined;
    const content = object ? object.string('content') : config.string(field);
    specialTokens[role] = (role === 'unkToken' ? unkToken : undefined) ?? content ?? token;
    if (content === undefined) continue;
    if (object) flags.set(content, parseFlags(object));
    else flags.delete(content);
  }
  return { specialTokens: specialTokens as SpecialTokens, flags };
}
