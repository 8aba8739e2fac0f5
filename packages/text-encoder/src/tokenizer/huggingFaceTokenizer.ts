import { Tokenizer } from '@huggingface/tokenizers';

/** What this package uses of a tokenizer of `@huggingface/tokenizers`. */
export interface HuggingFaceTokenizer {
  readonly model: {
    encode(words: readonly string[]): string[];
    readonly tokens_to_ids: ReadonlyMap<string, number>;
  };
  decode(
    ids: readonly number[],
    options: { readonly skip_special_tokens: boolean; readonly clean_up_tokenization_spaces: boolean },
  ): string;
  encode(
    text: string,
    options: { readonly text_pair?: string; readonly add_special_tokens: boolean },
  ): { readonly ids: number[]; readonly tokens: string[] };
}

/** @param content - of a `tokenizer.json` that is known to be sound */
export function createHuggingFaceTokenizer(content: Readonly<Record<string, unknown>>): HuggingFaceTokenizer {
  // The declarations of version 0.2.0 import without file extensions, which strict resolution of ES modules does not find.
  const Constructor = Tokenizer as unknown as new (content: object, config: object) => HuggingFaceTokenizer;
  return new Constructor(content, {});
}
