import { type BertConfig, defaultBertConfig } from './BertConfig.js';

/** Sizes of a RoBERTa encoder; defaults are {@link defaultRobertaConfig}. */
export interface RobertaConfig extends BertConfig {
  /** Which of the three names the model goes by; they compute the same. Default 'roberta'. */
  readonly modelType: 'roberta' | 'xlm-roberta' | 'camembert';
  /** Rows of the position embeddings: those up to `padTokenId` are not used by words. Default 512; published models have 514. */
  readonly maxPositionEmbeddings: number;
}

/** The defaults of Python's `RobertaConfig`. roberta-base differs in `maxPositionEmbeddings` 514, `typeVocabSize` 1 and `layerNormEps` 1e-5. */
export const defaultRobertaConfig: RobertaConfig = {
  ...defaultBertConfig,
  modelType: 'roberta',
  vocabSize: 50_265,
  padTokenId: 1,
};
