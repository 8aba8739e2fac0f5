import { ClipFamily, clipPatterns } from './ClipFamily.js';
import { type JsonFields } from './JsonFields.js';
import { parseBytePairRules } from './parseBytePairRules.js';
import { quote } from './quote.js';

/**
 * What a `tokenizer.json` says of a CLIP tokenizer.
 *
 * @throws TypeError or RangeError when a part is another; patterns that are not CLIP's are never executed
 */
export function parseClipFamily(file: JsonFields): ClipFamily {
  assertNormalizer(file.object('normalizer'));
  return new ClipFamily({
    ...parseBytePairRules(file.object('model')),
    pattern: patternOf(file.object('pre_tokenizer')),
  });
}

function assertNormalizer(normalizer: JsonFields): void {
  normalizer.expect('type', 'Sequence');
  const [compose, spaces, lowercase, ...others] = normalizer.objects('normalizers');
  if (!compose || !spaces || !lowercase || others.length > 0) {
    throw new RangeError(
      `${normalizer.where}: normalizers must be NFC, Replace and Lowercase, got ${normalizer.array('normalizers').length}.`,
    );
  }
  compose.expect('type', 'NFC');
  spaces.expect('type', 'Replace');
  spaces.object('pattern').expect('Regex', String.raw`\s+`);
  spaces.expect('content', ' ');
  lowercase.expect('type', 'Lowercase');
}

function patternOf(splitter: JsonFields): (typeof clipPatterns)[number] {
  splitter.expect('type', 'Sequence');
  const [split, bytes, ...others] = splitter.objects('pretokenizers');
  if (!split || !bytes || others.length > 0) {
    throw new RangeError(
      `${splitter.where}: pretokenizers must be Split and ByteLevel, got ${splitter.array('pretokenizers').length}.`,
    );
  }
  split.expect('type', 'Split');
  split.expect('behavior', 'Removed');
  split.expect('invert', true);
  bytes.expect('type', 'ByteLevel');
  bytes.expect('add_prefix_space', false);
  bytes.expect('use_regex', undefined, true);
  const found = split.object('pattern').string('Regex');
  const pattern = clipPatterns.find((known) => known === found);
  if (pattern !== undefined) return pattern;
  throw new RangeError(
    `${split.where}: pattern must be one that CLIP's tokenizers are published with, got ${quote(found)}. No other pattern is executed.`,
  );
}
