import {
  type CallContext,
  LayerNorm,
  Linear,
  Module,
  PreNormBlock,
  type PreNormPaths,
  readParameters,
  zeros,
} from '@crossmodal/layers';
import { type CheckpointFolder, openFolder, serializeSafetensors, writeFolder } from '@crossmodal/weights';
import { tanh, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import { assertPictures } from './assertPictures.js';
import { assertVisionConfig } from './assertVisionConfig.js';
import { gridSizeOf } from './gridSizeOf.js';
import { initializeVit } from './initializeVit.js';
import { loadEncoder, type LoadVisionOptions } from './loadEncoder.js';
import { vitNames } from './publishedNames.js';
import { runBlocks } from './runBlocks.js';
import { splitClassToken } from './splitClassToken.js';
import { type VisionInputs } from './VisionInputs.js';
import { defaultVitConfig, type VitConfig } from './VitConfig.js';
import { formatVitConfig, parseVitConfig } from './vitConfigFile.js';
import { VitEmbeddings } from './VitEmbeddings.js';

/** Options of {@link VitEncoder}. */
export interface VitEncoderOptions {
  /** Seed of the first weights; default 0. */
  readonly seed?: number | undefined;
  /** False leaves the pooler out; default true. */
  readonly addPoolingLayer?: boolean | undefined;
  /** False leaves the weights at zero, for those who assign every one of them; default true. */
  readonly initialize?: boolean | undefined;
}

/** What the encoder gives back; new tensors, the caller disposes them. */
export interface VitOutputs {
  /** `[B, 1 + P, D]` float32: class token, then patches row by row, **after** the final LayerNorm, as in Python's `ViTModel`. */
  readonly lastHiddenState: Tensor3D;
  /** `[B, P, D]` float32: the patches of it, without class token. What cross-attention should read. */
  readonly patchStates: Tensor3D;
  /** `[B, D]` float32: the class token of it. The picture as one vector, which Python's `ViTForImageClassification` reads; not normalized. */
  readonly imageEmbeds: Tensor2D;
  /** `[B, D]` float32: the class token through a linear map and tanh; absent without a pooler. */
  readonly poolerOutput?: Tensor2D | undefined;
}

const layerPaths: PreNormPaths = {
  query: 'attention.attention.query',
  key: 'attention.attention.key',
  value: 'attention.attention.value',
  attentionOutput: 'attention.output.dense',
  attentionNorm: 'layernorm_before',
  expand: 'intermediate.dense',
  contract: 'output.dense',
  feedForwardNorm: 'layernorm_after',
};

/**
 * The Vision Transformer; trainable. Parameter paths and layouts are those that Python's `ViTModel` saves, so that folders go both ways.
 *
 * Dosovitskiy et al. 2021, section 3.1, https://arxiv.org/abs/2010.11929; reference: transformers 5.24. Differences: `pixelValues` are channels
 * last, `patchStates` and `imageEmbeds` are added.
 *
 * @example
 * const encoder = new VitEncoder({ imageSize: 48, patchSize: 8, hiddenSize: 64, numAttentionHeads: 4, numHiddenLayers: 2 });
 * const { patchStates } = encoder.call({ pixelValues }); // [B, 36, 64]
 */
export class VitEncoder extends Module {
  /** All fields, defaults filled in. */
  readonly config: VitConfig;
  readonly #embeddings: VitEmbeddings;
  readonly #layers: readonly PreNormBlock[];
  readonly #layerNorm: LayerNorm;
  readonly #pooler: Linear | undefined;

  /**
   * @param config - fields that differ from google/vit-base-patch16-224's
   * @param options - first weights and pooler
   * @throws RangeError when a field is out of range or two do not fit each other
   */
  constructor(
    config: Partial<VitConfig> = {},
    { seed = 0, addPoolingLayer = true, initialize = true }: VitEncoderOptions = {},
  ) {
    super();
    const complete = { ...defaultVitConfig, ...config };
    assertVisionConfig(complete, 'VitEncoder');
    const { hiddenSize, layerNormEps, numHiddenLayers, initializerRange } = complete;
    this.config = complete;
    this.#embeddings = this.child('embeddings', new VitEmbeddings(complete, zeros));
    const blockOptions = {
      ...complete,
      hiddenDropout: complete.hiddenDropoutProb,
      attentionDropout: complete.attentionProbsDropoutProb,
      paths: layerPaths,
      initializer: zeros,
    };
    this.#layers = Array.from({ length: numHiddenLayers }, (_, i) =>
      this.child(`encoder.layer.${i}`, new PreNormBlock(blockOptions)),
    );
    this.#layerNorm = this.child('layernorm', new LayerNorm(hiddenSize, layerNormEps));
    this.#pooler = addPoolingLayer
      ? this.child('pooler.dense', new Linear(hiddenSize, hiddenSize, { initializer: zeros }))
      : undefined;
    if (initialize) initializeVit(this, initializerRange, seed);
  }

  /** Size of the stream. */
  get hiddenSize(): number {
    return this.config.hiddenSize;
  }

  /** Size of `imageEmbeds`: a ViT has no projection, so `hiddenSize`. */
  get projectionDim(): number {
    return this.config.hiddenSize;
  }

  /** Patches per side of pictures of the configured size: `patchStates` then holds `gridSize * gridSize`. */
  get gridSize(): number {
    return gridSizeOf(this.config);
  }

  /**
   * Opens a folder in Hugging Face's layout: `config.json` and weights in any form that `openWeights` reads, of an encoder or of a ViT model with a
   * head, which is left out. Without weights for a pooler the encoder has none.
   *
   * @param folder - path, URL or open folder
   * @param options - another size of pictures
   * @throws TypeError or RangeError when the configuration is not one of a ViT model, or a weight holds integers
   * @throws WeightsError when weights are missing, unexpected or of another shape
   */
  static async load(
    folder: string | URL | CheckpointFolder,
    { imageSize }: LoadVisionOptions = {},
  ): Promise<VitEncoder> {
    const opened = openFolder(folder);
    const where = `VitEncoder: ${opened.location}/config.json`;
    const published = parseVitConfig(await opened.readJson('config.json'), where);
    const config = { ...published, imageSize: imageSize ?? published.imageSize };
    return loadEncoder({
      folder: opened,
      names: vitNames,
      where: 'VitEncoder',
      positions: { path: 'embeddings.position_embeddings', before: published, after: config },
      build: (shapes) => {
        const addPoolingLayer = [...shapes.keys()].some((path) => path.startsWith('pooler.'));
        return new VitEncoder(config, { addPoolingLayer, initialize: false });
      },
    });
  }

  /**
   * @param inputs - pictures
   * @param context - the step's seed, needed in training mode when a dropout rate is above 0
   * @throws TypeError when a seed is needed and missing
   * @throws ShapeError when the pictures have another shape than `[B, imageSize, imageSize, 3]`, or with `interpolatePosEncoding` no patch
   */
  call({ pixelValues, interpolatePosEncoding = false }: VisionInputs, context: CallContext = {}): VitOutputs {
    assertPictures(pixelValues, this.config, interpolatePosEncoding, 'VitEncoder');
    return this.run(() => {
      const hiddenStates = runBlocks(this.#embeddings.call(pixelValues, context), this.#layers, context);
      // Normalization and linear maps keep the rank, which their declared types cannot say.
      const lastHiddenState = this.#layerNorm.call(hiddenStates) as Tensor3D; // [B, 1 + P, D]
      const { classToken: imageEmbeds, patchStates } = splitClassToken(lastHiddenState);
      const outputs = { lastHiddenState, patchStates, imageEmbeds };
      return this.#pooler
        ? { ...outputs, poolerOutput: tanh(this.#pooler.call(imageEmbeds, context) as Tensor2D) }
        : outputs;
    });
  }

  /** The folder that Python's `ViTModel.from_pretrained` (without a pooler: `add_pooling_layer=False`) and {@link VitEncoder.load} open. */
  async files(): Promise<Map<string, Uint8Array | string>> {
    return new Map<string, Uint8Array | string>([
      ['config.json', formatVitConfig(this.config, 'ViTModel')],
      ['model.safetensors', serializeSafetensors(await readParameters(this), { format: 'pt' })],
    ]);
  }

  /**
   * Writes `files()` into a folder; other files in it, such as the image processor's, stay.
   *
   * @param path - created if it does not exist
   */
  async save(path: string): Promise<void> {
    await writeFolder(path, await this.files());
  }
}
