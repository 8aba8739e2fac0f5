import { type CheckpointFolder } from '@crossmodal/weights';
import { clipWordEnd } from './ClipFamily.js';
import { JsonFields } from './JsonFields.js';
import { parseAddedToken } from './parseAddedToken.js';
import { parseBertFamily } from './parseBertFamily.js';
import { parseClipFamily } from './parseClipFamily.js';
import { parseRobertaFamily } from './parseRobertaFamily.js';
import { parseSpecialTokens } from './parseSpecialTokens.js';
import { parseVocabulary } from './parseVocabulary.js';
import { readOlderFiles, type TokenizerSource } from './readOlderFiles.js';
import { tokenizerFileNames } from './tokenizerFiles.js';
import { type TokenizerFamily } from './TokenizerFamily.js';
import { type TokenizerSettings } from './TokenizerSettings.js';
import { withSpecialTokens } from './withSpecialTokens.js';

/**
 * Reads what a Hugging Face folder says about its tokenizer: `tokenizer.json`, or else the older files. As in Python, the fields of
 * `tokenizer_config.json` count where the two differ.
 *
 * @throws TypeError or RangeError when the files describe another kind of tokenizer
 */
export async function readTokenizerFolder(folder: CheckpointFolder): Promise<TokenizerSettings> {
  const path = (name: string): string => `TextTokenizer: ${folder.location}/${name}`;
  const { config: configFile, tokenizer: tokenizerFile } = tokenizerFileNames;
  const hasConfig = await folder.has(configFile);
  const config = new JsonFields(hasConfig ? await folder.readJson(configFile) : {}, path(configFile));
  if (!(await folder.has(tokenizerFile))) return settingsOf(await readOlderFiles(folder, config), config);
  const file = new JsonFields(await folder.readJson(tokenizerFile), path(tokenizerFile));
  const settings = settingsOf(parseSource(file, config), config);
  settings.family.assertPostProcessor(file.object('post_processor'), settings);
  return settings;
}

function settingsOf(source: TokenizerSource, config: JsonFields): TokenizerSettings {
  const { vocabulary, family, addedTokens, unkToken } = source;
  const { specialTokens, flags } = parseSpecialTokens(config, family.specialTokenFields, unkToken);
  const modelMaxLength = config.number('model_max_length') ?? Infinity;
  return {
    vocabulary,
    specialTokens,
    addedTokens: withSpecialTokens(addedTokens, vocabulary, specialTokens, flags),
    family,
    // Python writes 1e30 for no limit.
    modelMaxLength: modelMaxLength <= Number.MAX_SAFE_INTEGER ? modelMaxLength : family.modelMaxLength,
    paddingSide: sideOf(config, 'padding_side'),
    truncationSide: sideOf(config, 'truncation_side'),
  };
}

function parseSource(file: JsonFields, config: JsonFields): TokenizerSource {
  const model = file.object('model');
  return {
    family: parseFamily(file, config),
    vocabulary: parseVocabulary(model.object('vocab')),
    addedTokens: file.objects('added_tokens').map((fields) => parseAddedToken(fields)),
    unkToken: model.string('unk_token'),
  };
}

function parseFamily(file: JsonFields, config: JsonFields): TokenizerFamily {
  const model = file.object('model');
  // Older files do not name the type.
  model.expect('type', 'WordPiece', 'BPE', undefined);
  const isBytePair = model.get('type') === 'BPE' || model.get('merges') !== undefined;
  if (!isBytePair) return parseBertFamily(file, config);
  const isClip = model.get('end_of_word_suffix') === clipWordEnd;
  return isClip ? parseClipFamily(file) : parseRobertaFamily(file, config);
}

function sideOf(config: JsonFields, name: string): 'left' | 'right' {
  config.expect(name, undefined, 'left', 'right');
  return config.get(name) === 'left' ? 'left' : 'right';
}
