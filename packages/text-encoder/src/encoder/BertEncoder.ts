import {
  assertShape,
  type CallContext,
  deriveSeed,
  Linear,
  loadParameters,
  maskToBias,
  Module,
  PostNormBlock,
  readParameters,
  ShapeError,
  zeros,
} from '@crossmodal/layers';
import { type CheckpointFolder, openFolder, openWeights, serializeSafetensors, writeFolder } from '@crossmodal/weights';
import {
  dispose,
  type Rank,
  reshape,
  slice,
  tanh,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  tidy,
} from '@tensorflow/tfjs-core';
import { assertBertConfig, type BertConfig, defaultBertConfig } from './BertConfig.js';
import { CONFIG_FILE, formatBertConfig, parseBertConfig } from './bertConfigFile.js';
import { BertEmbeddings } from './BertEmbeddings.js';
import { initializeBert } from './initializeBert.js';
import { bertNames } from './publishedNames.js';

/** Options of {@link BertEncoder}. */
export interface BertEncoderOptions {
  /** Seed of the first weights; default 0. */
  readonly seed?: number | undefined;
  /** False leaves the pooler out; default true. */
  readonly addPoolingLayer?: boolean | undefined;
  /** False leaves the weights at zero, for those who assign every one of them; default true. */
  readonly initialize?: boolean | undefined;
}

/** What the encoder reads. */
export interface BertInputs {
  /** `[B, T]` int32, each in [0, `vocabSize`). The range cannot be checked here: it would take reading the values. */
  readonly inputIds: Tensor2D;
  /** `[B, T]`, 1 = keep, 0 = padding; default all 1. */
  readonly attentionMask?: Tensor2D | undefined;
  /** `[B, T]` int32, each in [0, `typeVocabSize`); default all 0. */
  readonly tokenTypeIds?: Tensor2D | undefined;
}

/** What the encoder gives back; new tensors, the caller disposes them. */
export interface BertOutputs {
  /** `[B, T, D]` float32. */
  readonly lastHiddenState: Tensor3D;
  /** `[B, D]` float32: the first token through a linear map and tanh; absent without a pooler. */
  readonly poolerOutput?: Tensor2D | undefined;
}

const WEIGHTS_FILE = 'model.safetensors';

/**
 * BERT's encoder; trainable. Parameter paths and layouts are the state dict of Python's `BertModel`, so that folders go both ways.
 *
 * Devlin et al. 2018, section 3, https://arxiv.org/abs/1810.04805; reference: transformers 5.24. Difference: the embedding of the padding token
 * gets a gradient where a loss reads padding positions; in Python it never does.
 *
 * @example
 * const encoder = new BertEncoder({ vocabSize: 100, hiddenSize: 64, numAttentionHeads: 4, intermediateSize: 128, numHiddenLayers: 2 });
 * const { lastHiddenState } = encoder.call({ inputIds, attentionMask }); // [B, T, 64]
 */
export class BertEncoder extends Module {
  /** All fields, defaults filled in. */
  readonly config: BertConfig;
  readonly #embeddings: BertEmbeddings;
  readonly #layers: readonly PostNormBlock[];
  readonly #pooler: Linear | undefined;

  /**
   * @param config - fields that differ from bert-base-uncased's
   * @param options - first weights and pooler
   * @throws RangeError when a field is out of range or two do not fit each other
   */
  constructor(
    config: Partial<BertConfig> = {},
    { seed = 0, addPoolingLayer = true, initialize = true }: BertEncoderOptions = {},
  ) {
    super();
    const complete = { ...defaultBertConfig, ...config };
    assertBertConfig(complete, 'BertEncoder');
    const { hiddenSize, numHiddenLayers, hiddenDropoutProb, attentionProbsDropoutProb } = complete;
    this.config = complete;
    this.#embeddings = this.child('embeddings', new BertEmbeddings(complete, zeros));
    const blockOptions = {
      ...complete,
      hiddenDropout: hiddenDropoutProb,
      attentionDropout: attentionProbsDropoutProb,
      initializer: zeros,
    };
    this.#layers = Array.from({ length: numHiddenLayers }, (_, i) =>
      this.child(`encoder.layer.${i}`, new PostNormBlock(blockOptions)),
    );
    this.#pooler = addPoolingLayer
      ? this.child('pooler.dense', new Linear(hiddenSize, hiddenSize, { initializer: zeros }))
      : undefined;
    if (initialize) initializeBert(this, complete, seed);
  }

  /** Size of the stream. */
  get hiddenSize(): number {
    return this.config.hiddenSize;
  }

  /**
   * Opens a folder in Hugging Face's layout: `config.json` and weights in any form that `openWeights` reads, of an encoder or of a BERT model
   * with a head, which is left out. Without weights for a pooler the encoder has none.
   *
   * @param folder - path, URL or open folder
   * @throws TypeError or RangeError when the configuration is not one of a BERT model, or a weight holds integers
   * @throws WeightsError when weights are missing, unexpected or of another shape
   */
  static async load(folder: string | URL | CheckpointFolder): Promise<BertEncoder> {
    const opened = typeof folder === 'string' || folder instanceof URL ? openFolder(folder) : folder;
    const where = `BertEncoder: ${opened.location}`;
    const config = parseBertConfig(await opened.readJson(CONFIG_FILE), `${where}/${CONFIG_FILE}`);
    assertBertConfig(config, `${where}/${CONFIG_FILE}`);
    const weights = await openWeights(opened, bertNames, 'BertEncoder');
    const addPoolingLayer = [...weights.shapes.keys()].some((name) => name.startsWith('pooler.'));
    const encoder = new BertEncoder(config, { addPoolingLayer, initialize: false });
    try {
      await loadParameters(encoder, weights);
    } catch (error) {
      encoder.dispose();
      throw error;
    } finally {
      await weights.close();
    }
    return encoder;
  }

  /**
   * @param inputs - token ids, mask and token types
   * @param context - the step's seed, needed in training mode when a dropout rate is above 0
   * @throws TypeError when ids are not int32, or a seed is needed and missing
   * @throws ShapeError when shapes differ, or texts are longer than `maxPositionEmbeddings`
   */
  call({ inputIds, attentionMask, tokenTypeIds }: BertInputs, context: CallContext = {}): BertOutputs {
    this.#assertInputs({ inputIds, attentionMask, tokenTypeIds });
    return this.run(() => {
      const bias = attentionMask && maskToBias(attentionMask);
      const lastHiddenState = this.#encode(this.#embeddings.call(inputIds, tokenTypeIds, context), bias, context); // [B, T, D]
      return this.#pooler
        ? { lastHiddenState, poolerOutput: pool(lastHiddenState, this.#pooler) }
        : { lastHiddenState };
    });
  }

  /** The folder that Python's `BertModel.from_pretrained` and {@link BertEncoder.load} open. */
  async files(): Promise<Map<string, Uint8Array | string>> {
    return new Map<string, Uint8Array | string>([
      [CONFIG_FILE, formatBertConfig(this.config)],
      [WEIGHTS_FILE, serializeSafetensors(await readParameters(this), { format: 'pt' })],
    ]);
  }

  /**
   * Writes `files()` into a folder; other files in it, such as a tokenizer's, stay.
   *
   * @param path - created if it does not exist
   */
  async save(path: string): Promise<void> {
    await writeFolder(path, await this.files());
  }

  #encode(embedded: Tensor3D, bias: Tensor4D | undefined, context: CallContext): Tensor3D {
    let hiddenStates = embedded;
    for (const [i, layer] of this.#layers.entries()) {
      const seed = context.seed === undefined ? undefined : deriveSeed(context.seed, 'layer', i);
      const before = hiddenStates;
      // What a layer leaves over goes at once, not when the whole call ends.
      hiddenStates = tidy(() => layer.call(before, { bias, seed }).hiddenStates);
      dispose(before);
    }
    return hiddenStates;
  }

  #assertInputs({ inputIds, attentionMask, tokenTypeIds }: BertInputs): void {
    assertShape(inputIds, ['B', 'T'], 'BertEncoder: inputIds');
    const [batch, length] = inputIds.shape;
    const { maxPositionEmbeddings } = this.config;
    if (length > maxPositionEmbeddings) {
      throw new ShapeError({
        argument: 'BertEncoder: inputIds',
        expected: `[B, T] with T at most maxPositionEmbeddings ${maxPositionEmbeddings}`,
        received: `[${batch}, ${length}]`,
        advice: 'Truncate the texts: pass maxLength to the tokenizer.',
      });
    }
    if (attentionMask) assertShape(attentionMask, [batch, length], 'BertEncoder: attentionMask');
    if (tokenTypeIds) assertShape(tokenTypeIds, [batch, length], 'BertEncoder: tokenTypeIds');
    for (const [name, ids] of Object.entries({ inputIds, ...(tokenTypeIds && { tokenTypeIds }) })) {
      if (ids.dtype !== 'int32') {
        throw new TypeError(
          `BertEncoder: ${name} must be int32, got ${ids.dtype}. Create it with tensor2d(values, shape, 'int32').`,
        );
      }
    }
  }
}

/** The first token through the pooler: `tanh(W h_0 + b)`. */
function pool(lastHiddenState: Tensor3D, pooler: Linear): Tensor2D {
  const [batch, , hiddenSize] = lastHiddenState.shape;
  const first = reshape<Rank.R2>(slice(lastHiddenState, [0, 0, 0], [batch, 1, hiddenSize]), [batch, hiddenSize]);
  return tanh(pooler.call(first) as Tensor2D);
}
