import { BertFamily } from './BertFamily.js';
import { continuationPrefix } from './formatWordPieceModel.js';
import { type JsonFields } from './JsonFields.js';

/**
 * What a `tokenizer.json` says of a BERT tokenizer. As in Python, the fields of `tokenizer_config.json` count where the two differ.
 *
 * @throws TypeError or RangeError when a part is another
 */
export function parseBertFamily(file: JsonFields, config: JsonFields): BertFamily {
  const model = file.object('model');
  model.expect('continuing_subword_prefix', continuationPrefix);
  const normalizer = file.object('normalizer');
  normalizer.expect('type', 'BertNormalizer');
  file.object('pre_tokenizer').expect('type', 'BertPreTokenizer');
  const lowercase = config.boolean('do_lower_case') ?? normalizer.boolean('lowercase') ?? true;
  const stripAccents = config.boolean('strip_accents') ?? normalizer.boolean('strip_accents');
  return new BertFamily({
    normalization: {
      cleanText: normalizer.boolean('clean_text') ?? true,
      tokenizeChineseChars:
        config.boolean('tokenize_chinese_chars') ?? normalizer.boolean('handle_chinese_chars') ?? true,
      lowercase,
      stripAccents: stripAccents ?? lowercase,
    },
    stripAccents,
    maxInputCharsPerWord: model.number('max_input_chars_per_word') ?? 100,
  });
}
