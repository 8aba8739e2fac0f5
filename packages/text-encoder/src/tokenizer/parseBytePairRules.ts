import { type BytePairRules, type Merge } from './BytePairModel.js';
import { type JsonFields } from './JsonFields.js';
import { quote } from './quote.js';

/**
 * What the `model` of a byte-pair `tokenizer.json` says.
 *
 * @throws TypeError or RangeError when it does what is not done here
 */
export function parseBytePairRules(model: JsonFields): BytePairRules {
  for (const field of ['dropout', 'continuing_subword_prefix']) model.expect(field, undefined, '');
  for (const field of ['fuse_unk', 'byte_fallback', 'ignore_merges']) model.expect(field, undefined, false);
  return {
    merges: model.array('merges').map((merge, rank) => mergeOf(merge, `${model.where}: merges[${rank}]`)),
    unkToken: model.string('unk_token'),
    endOfWordSuffix: model.string('end_of_word_suffix') ?? '',
  };
}

/** Newer files have pairs, older ones two tokens with a space between. */
function mergeOf(merge: unknown, where: string): Merge {
  const parts: unknown = typeof merge === 'string' ? merge.split(' ') : merge;
  const [left, right, ...others] = Array.isArray(parts) ? (parts as unknown[]) : [];
  const isPair = typeof left === 'string' && typeof right === 'string' && left !== '' && right !== '';
  if (isPair && others.length === 0) return [left, right];
  throw new TypeError(`${where} must be two tokens, got ${quote(merge)}.`);
}
