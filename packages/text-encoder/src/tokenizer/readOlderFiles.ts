import { type CheckpointFolder } from '@crossmodal/weights';
import { type AddedToken } from './AddedToken.js';
import { ClipFamily, clipPatterns, clipWordEnd } from './ClipFamily.js';
import { continuationPrefix } from './formatWordPieceModel.js';
import { JsonFields } from './JsonFields.js';
import { parseAddedToken } from './parseAddedToken.js';
import { parseBertFamily } from './parseBertFamily.js';
import { parseBytePairRules } from './parseBytePairRules.js';
import { parseVocabulary } from './parseVocabulary.js';
import { quote } from './quote.js';
import { RobertaFamily } from './RobertaFamily.js';
import { type TokenizerFamily } from './TokenizerFamily.js';

/** What a `tokenizer.json`, or the older files in its stead, say. */
export interface TokenizerSource {
  readonly vocabulary: readonly string[];
  readonly family: TokenizerFamily;
  readonly addedTokens: readonly AddedToken[];
  /** The model's own, if it has one. */
  readonly unkToken: string | undefined;
}

/**
 * Reads a folder without `tokenizer.json`: `vocab.txt` for BERT, `vocab.json` and `merges.txt` for RoBERTa and CLIP.
 *
 * @param folder - to read
 * @param config - its `tokenizer_config.json`
 * @throws RangeError when nothing says which of the two it is
 */
export async function readOlderFiles(folder: CheckpointFolder, config: JsonFields): Promise<TokenizerSource> {
  const path = (name: string): string => `TextTokenizer: ${folder.location}/${name}`;
  const source = { addedTokens: addedTokensOf(config), unkToken: undefined };
  if (!(await folder.has('vocab.json'))) {
    const vocabulary = linesOf(await folder.readText('vocab.txt'));
    const family = parseBertFamily(new JsonFields(bertContent, path('vocab.txt')), config);
    return { ...source, vocabulary, family };
  }
  const isClip = await isClipFolder(folder, config);
  const vocabulary = parseVocabulary(new JsonFields(await folder.readJson('vocab.json'), path('vocab.json')));
  const merges = linesOf(await folder.readText('merges.txt')).filter((line) => !line.startsWith('#version'));
  const rules = parseBytePairRules(new JsonFields({ merges }, path('merges.txt')));
  if (isClip) {
    // The file of the model would name it; the older tokenizer took the one for all.
    const unkToken = '<|endoftext|>';
    const [pattern] = clipPatterns;
    return {
      ...source,
      vocabulary,
      unkToken,
      family: new ClipFamily({ ...rules, unkToken, endOfWordSuffix: clipWordEnd, pattern }),
    };
  }
  const family = new RobertaFamily({
    ...rules,
    addPrefixSpace: config.boolean('add_prefix_space') ?? false,
    trimOffsets: config.boolean('trim_offsets') ?? true,
  });
  return { ...source, vocabulary, family };
}

const bertContent = {
  normalizer: { type: 'BertNormalizer' },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  model: { type: 'WordPiece', continuing_subword_prefix: continuationPrefix },
};

/** Lines end as in Python's text mode; a token may hold other separators of Unicode. */
function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function addedTokensOf(config: JsonFields): AddedToken[] {
  if (config.get('added_tokens_decoder') === undefined) return [];
  const decoder = config.object('added_tokens_decoder');
  return decoder.entries().map(([id]) => parseAddedToken(decoder.object(id), Number(id)));
}

async function isClipFolder(folder: CheckpointFolder, config: JsonFields): Promise<boolean> {
  const named = config.string('tokenizer_class')?.replace(/Fast$/, '');
  if (named === 'CLIPTokenizer') return true;
  if (named === 'RobertaTokenizer') return false;
  const hasConfig = await folder.has('config.json');
  const model = new JsonFields(
    hasConfig ? await folder.readJson('config.json') : {},
    `TextTokenizer: ${folder.location}/config.json`,
  );
  const type = model.get('model_type');
  if (named === undefined && (type === 'clip' || type === 'clip_text_model')) return true;
  if (named === undefined && type === 'roberta') return false;
  throw new RangeError(
    `TextTokenizer: ${folder.location}: vocab.json must come with a tokenizer_class of "RobertaTokenizer" or "CLIPTokenizer" in ` +
      `tokenizer_config.json, or a model_type of "roberta" or "clip" in config.json, got ${quote(named)} and ${quote(type)}.`,
  );
}
