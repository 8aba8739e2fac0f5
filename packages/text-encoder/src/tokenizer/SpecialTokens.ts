/** The tokens that have a part to play beside the text. */
export interface SpecialTokens {
  readonly padToken: string;
  readonly unkToken: string;
  /** Put before texts. */
  readonly clsToken: string;
  /** Put behind texts. */
  readonly sepToken: string;
  readonly maskToken?: string | undefined;
}

/** Where `tokenizer_config.json` names a special token, and which it is when nothing is said. */
export interface SpecialTokenField {
  readonly role: keyof SpecialTokens;
  readonly field: string;
  readonly token: string;
}
