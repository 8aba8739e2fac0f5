import { type CheckpointFolder } from '@crossmodal/weights';
import { type BertConfig } from './BertConfig.js';
import { type BertFamilyArchitecture } from './BertFamilyArchitecture.js';
import { BertFamilyEncoder } from './BertFamilyEncoder.js';
import { bertFormat } from './bertFormat.js';
import { bertNames } from './publishedNames.js';
import { type LoadTextOptions, type TextEncoderOptions } from './TextEncoderOptions.js';

const bert: BertFamilyArchitecture<BertConfig> = {
  name: 'BertEncoder',
  pythonClass: () => 'BertModel',
  format: bertFormat,
  names: bertNames,
  poolings: ['pooler', 'mean', 'cls'],
  poolingWithoutPooler: 'mean',
  blocks: 'encoder.layer',
  paddedTables: /word_embeddings\.weight$/,
};

/**
 * BERT's encoder; trainable. Parameter paths and layouts are the state dict of Python's `BertModel`, so that folders go both ways.
 *
 * Devlin et al. 2018, section 3, https://arxiv.org/abs/1810.04805; reference: transformers 5.24.
 *
 * `poolerOutput` is the first token through a linear map and tanh, or, in an encoder without a pooler, the mean over the tokens.
 *
 * @example
 * const encoder = new BertEncoder({ vocabSize: 100, hiddenSize: 64, numAttentionHeads: 4, intermediateSize: 128, numHiddenLayers: 2 });
 * const { lastHiddenState } = encoder.call({ inputIds, attentionMask }); // [B, T, 64]
 */
export class BertEncoder extends BertFamilyEncoder<BertConfig> {
  /**
   * @param config - fields that differ from bert-base-uncased's
   * @param options - first weights, and pooling: 'pooler', 'mean' or 'cls'
   * @throws RangeError when a field is out of range or two do not fit each other
   */
  constructor(config: Partial<BertConfig> = {}, options: TextEncoderOptions = {}) {
    super(bert, config, options);
  }

  /**
   * Opens a folder in Hugging Face's layout: `config.json` and weights in any form that `openWeights` reads, of an encoder or of a BERT model
   * with a head, which is left out.
   *
   * @param folder - path, URL or open folder
   * @param options - pooling: 'pooler', 'mean' or 'cls'; default 'pooler' if the weights hold one, else 'mean'
   * @throws TypeError or RangeError when the configuration is not one of a BERT model, or a weight holds integers
   * @throws WeightsError when weights are missing, unexpected or of another shape
   */
  static async load(folder: string | URL | CheckpointFolder, options: LoadTextOptions = {}): Promise<BertEncoder> {
    return this.loadAs(bert, folder, options, (config, rest) => new BertEncoder(config, rest));
  }
}
