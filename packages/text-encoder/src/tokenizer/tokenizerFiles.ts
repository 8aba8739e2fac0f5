import { type TokenizerSettings } from './TokenizerSettings.js';

/** Names in a Hugging Face folder. */
export const tokenizerFileNames = { tokenizer: 'tokenizer.json', config: 'tokenizer_config.json' } as const;

/**
 * The files from which Python makes a tokenizer with the same ids.
 *
 * @param settings - checked by the caller
 * @returns contents by name
 */
export function formatTokenizerFiles(settings: TokenizerSettings): Map<string, string> {
  const json = (content: unknown): string => `${JSON.stringify(content, null, 2)}\n`;
  return new Map([
    ...settings.family.formatVocabulary(settings.vocabulary),
    [tokenizerFileNames.tokenizer, json(formatTokenizer(settings))],
    [tokenizerFileNames.config, json(formatConfig(settings))],
  ]);
}

/** The content of `tokenizer.json`, in the form that tokenizers 0.23 writes. */
function formatTokenizer(settings: TokenizerSettings): Record<string, unknown> {
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: settings.addedTokens.map(({ id, content, singleWord, lstrip, rstrip, normalized, special }) => ({
      id,
      content,
      single_word: singleWord,
      lstrip,
      rstrip,
      normalized,
      special,
    })),
    ...settings.family.format(settings),
  };
}

function formatConfig(settings: TokenizerSettings): Record<string, unknown> {
  const { specialTokens, addedTokens, family, modelMaxLength, paddingSide, truncationSide } = settings;
  const named = new Set(Object.values(specialTokens) as (string | undefined)[]);
  const others = addedTokens.filter(({ content, special }) => special && !named.has(content));
  const fields = {
    ...Object.fromEntries(family.specialTokenFields.map(({ role, field }) => [field, specialTokens[role]])),
    ...family.formatConfig(specialTokens),
    // Without this entry, Python knows the tokens but does not list them among its special ones.
    ...(others.length > 0 && { extra_special_tokens: others.map(({ content }) => content) }),
    model_max_length: modelMaxLength,
    ...(paddingSide === 'left' && { padding_side: paddingSide }),
    ...(truncationSide === 'left' && { truncation_side: truncationSide }),
    tokenizer_class: family.tokenizerClass,
  };
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
}
