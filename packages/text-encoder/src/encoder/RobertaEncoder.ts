import { type CheckpointFolder } from '@crossmodal/weights';
import { add, cast, cumsum, mul, notEqual, type Tensor2D } from '@tensorflow/tfjs-core';
import { type BertFamilyArchitecture } from './BertFamilyArchitecture.js';
import { BertFamilyEncoder } from './BertFamilyEncoder.js';
import { robertaNames } from './publishedNames.js';
import { type RobertaConfig } from './RobertaConfig.js';
import { robertaFormat } from './robertaFormat.js';
import { type LoadTextOptions, type TextEncoderOptions } from './TextEncoderOptions.js';

const pythonClasses = {
  roberta: 'RobertaModel',
  'xlm-roberta': 'XLMRobertaModel',
  camembert: 'CamembertModel',
} as const;

const roberta: BertFamilyArchitecture<RobertaConfig> = {
  name: 'RobertaEncoder',
  pythonClass: ({ modelType }) => pythonClasses[modelType],
  format: robertaFormat,
  names: robertaNames,
  poolings: ['pooler', 'mean', 'cls'],
  poolingWithoutPooler: 'mean',
  blocks: 'encoder.layer',
  paddedTables: /(word|position)_embeddings\.weight$/,
  positions: { first: ({ padTokenId }) => padTokenId + 1, of: countWords },
};

/**
 * RoBERTa's encoder, which is also that of XLM-RoBERTa and CamemBERT; trainable. Parameter paths and layouts are the state dict of Python's
 * `RobertaModel`, so that folders go both ways.
 *
 * Liu et al. 2019, https://arxiv.org/abs/1907.11692; reference: transformers 5.24. It is BERT, except that positions count the tokens that are not
 * `padTokenId`, whatever the mask says, and start after that id: texts are at most `maxPositionEmbeddings - padTokenId - 1` tokens long.
 *
 * `poolerOutput` is the first token through a linear map and tanh, or, in an encoder without a pooler, the mean over the tokens.
 *
 * @example
 * const encoder = await RobertaEncoder.load('models/roberta-base');
 * const { lastHiddenState } = encoder.call({ inputIds, attentionMask }); // [B, T, 768]
 */
export class RobertaEncoder extends BertFamilyEncoder<RobertaConfig> {
  /**
   * @param config - fields that differ from {@link defaultRobertaConfig}
   * @param options - first weights, and pooling: 'pooler', 'mean' or 'cls'
   * @throws RangeError when a field is out of range or two do not fit each other
   */
  constructor(config: Partial<RobertaConfig> = {}, options: TextEncoderOptions = {}) {
    super(roberta, config, options);
  }

  /**
   * Opens a folder in Hugging Face's layout: `config.json` and weights in any form that `openWeights` reads, of an encoder or of a model with a
   * head, which is left out.
   *
   * @param folder - path, URL or open folder
   * @param options - pooling: 'pooler', 'mean' or 'cls'; default 'pooler' if the weights hold one, else 'mean'
   * @throws TypeError or RangeError when the configuration is not one of a RoBERTa model, or a weight holds integers
   * @throws WeightsError when weights are missing, unexpected or of another shape
   */
  static async load(folder: string | URL | CheckpointFolder, options: LoadTextOptions = {}): Promise<RobertaEncoder> {
    return this.loadAs(roberta, folder, options, (config, rest) => new RobertaEncoder(config, rest));
  }
}

/** Padding stands at the position of its own id, words count on from there. */
function countWords(inputIds: Tensor2D, { padTokenId }: RobertaConfig): Tensor2D {
  // In float32, which counts exactly, because not every backend adds up integers.
  const isWord = cast(notEqual(inputIds, padTokenId), 'float32');
  return cast(add(mul(cumsum(isWord, 1), isWord), padTokenId), 'int32');
}
