import type { TextTokenizer } from '@crossmodal/text-encoder';

/** Caches token ids per text: tokenization happens once, not once per epoch. */
export class TokenCache {
  private readonly ids = new Map<string, readonly number[]>();

  constructor(
    private readonly tokenizer: TextTokenizer,
    private readonly maxLength: number,
  ) {}

  encode(text: string): readonly number[] {
    let ids = this.ids.get(text);
    if (!ids) {
      ids = this.tokenizer.encode(text, { maxLength: this.maxLength, truncation: 'longest_first' }).inputIds;
      this.ids.set(text, ids);
    }
    return ids;
  }
}
