/** The names that BERT's published vocabularies use. */
export const bertSpecialTokens = {
  padToken: '[PAD]',
  unkToken: '[UNK]',
  clsToken: '[CLS]',
  sepToken: '[SEP]',
  maskToken: '[MASK]',
} as const;
