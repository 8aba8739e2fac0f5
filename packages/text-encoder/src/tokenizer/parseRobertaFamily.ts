import { type JsonFields } from './JsonFields.js';
import { parseBytePairRules } from './parseBytePairRules.js';
import { RobertaFamily } from './RobertaFamily.js';

/**
 * What a `tokenizer.json` says of a RoBERTa tokenizer. As in Python, the fields of `tokenizer_config.json` count where the two differ.
 *
 * @throws TypeError or RangeError when a part is another
 */
export function parseRobertaFamily(file: JsonFields, config: JsonFields): RobertaFamily {
  file.expect('normalizer', undefined);
  file.object('model').expect('end_of_word_suffix', undefined, '');
  const splitter = file.object('pre_tokenizer');
  splitter.expect('type', 'ByteLevel');
  splitter.expect('use_regex', undefined, true);
  const processor = file.object('post_processor');
  return new RobertaFamily({
    ...parseBytePairRules(file.object('model')),
    addPrefixSpace: config.boolean('add_prefix_space') ?? splitter.boolean('add_prefix_space') ?? false,
    trimOffsets: config.boolean('trim_offsets') ?? processor.boolean('trim_offsets') ?? true,
  });
}
