import { type CheckpointFolder } from '@crossmodal/weights';
import { type BertFamilyArchitecture } from './BertFamilyArchitecture.js';
import { BertFamilyEncoder } from './BertFamilyEncoder.js';
import { type DistilBertConfig } from './DistilBertConfig.js';
import { distilBertFormat } from './distilBertFormat.js';
import { distilBertNames } from './publishedNames.js';
import { type LoadTextOptions, type TextEncoderOptions } from './TextEncoderOptions.js';

const distilBert: BertFamilyArchitecture<DistilBertConfig> = {
  name: 'DistilBertEncoder',
  pythonClass: () => 'DistilBertModel',
  format: distilBertFormat,
  names: distilBertNames,
  poolings: ['cls', 'mean'],
  poolingWithoutPooler: 'cls',
  blocks: 'transformer.layer',
  blockPaths: {
    query: 'attention.q_lin',
    key: 'attention.k_lin',
    value: 'attention.v_lin',
    attentionOutput: 'attention.out_lin',
    attentionNorm: 'sa_layer_norm',
    expand: 'ffn.lin1',
    contract: 'ffn.lin2',
    feedForwardNorm: 'output_layer_norm',
  },
  // As in Python: only what the feed-forward part adds is dropped.
  attentionOutputDropout: 0,
  paddedTables: /word_embeddings\.weight$/,
};

/**
 * DistilBERT's encoder; trainable. Parameter paths and layouts are the state dict of Python's `DistilBertModel`, so that folders go both ways.
 *
 * Sanh et al. 2019, https://arxiv.org/abs/1910.01108; reference: transformers 5.24. It is BERT without token types and without a pooler:
 * `poolerOutput` is the state of the first token, which Python's classifiers read.
 *
 * @example
 * const encoder = await DistilBertEncoder.load('models/distilbert-base-uncased');
 * const { lastHiddenState } = encoder.call({ inputIds, attentionMask }); // [B, T, 768]
 */
export class DistilBertEncoder extends BertFamilyEncoder<DistilBertConfig> {
  /**
   * @param config - fields that differ from distilbert-base-uncased's
   * @param options - first weights, and pooling: 'cls' or 'mean'
   * @throws RangeError when a field is out of range or two do not fit each other
   */
  constructor(config: Partial<DistilBertConfig> = {}, options: TextEncoderOptions = {}) {
    super(distilBert, config, options);
  }

  /**
   * Opens a folder in Hugging Face's layout: `config.json` and weights in any form that `openWeights` reads, of an encoder or of a model with a
   * head, which is left out.
   *
   * @param folder - path, URL or open folder
   * @param options - pooling: 'cls' (default) or 'mean'
   * @throws TypeError or RangeError when the configuration is not one of a DistilBERT model, or a weight holds integers
   * @throws WeightsError when weights are missing, unexpected or of another shape
   */
  static async load(
    folder: string | URL | CheckpointFolder,
    options: LoadTextOptions = {},
  ): Promise<DistilBertEncoder> {
    return this.loadAs(distilBert, folder, options, (config, rest) => new DistilBertEncoder(config, rest));
  }
}
