import {
  assertShape,
  type CallContext,
  deriveSeed,
  LayerNorm,
  Linear,
  loadParameters,
  Module,
  PreNormBlock,
  readParameters,
  zeros,
} from '@crossmodal/layers';
import { type CheckpointFolder, openFolder, openWeights, serializeSafetensors, writeFolder } from '@crossmodal/weights';
import {
  dispose,
  type Rank,
  reshape,
  slice,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  tidy,
} from '@tensorflow/tfjs-core';
import { assertClipVisionConfig, type ClipVisionConfig, defaultClipVisionConfig } from './ClipVisionConfig.js';
import { CONFIG_FILE, formatClipVisionConfig, parseClipVisionConfig } from './clipVisionConfigFile.js';
import { ClipVisionEmbeddings } from './ClipVisionEmbeddings.js';
import { initializeClipVision } from './initializeClipVision.js';
import { clipVisionNames } from './publishedNames.js';

/** Options of {@link ClipVisionEncoder}. */
export interface ClipVisionEncoderOptions {
  /** Seed of the first weights; default 0. */
  readonly seed?: number | undefined;
  /** False leaves the weights at zero, for those who assign every one of them; default true. */
  readonly initialize?: boolean | undefined;
}

/** What the encoder reads. */
export interface ClipVisionInputs {
  /** `[B, imageSize, imageSize, 3]` float32, channels last, as `ClipImageProcessor` prepares them. */
  readonly pixelValues: Tensor4D;
}

/** What the encoder gives back; new tensors, the caller disposes all four. */
export interface ClipVisionOutputs {
  /** `[B, 1 + P, D]` float32: class token, then patches row by row, **before** the final LayerNorm, as in Python. */
  readonly lastHiddenState: Tensor3D;
  /** `[B, P, D]` float32: the patches without class token, **after** the final LayerNorm. What cross-attention should read. */
  readonly patchStates: Tensor3D;
  /** `[B, D]` float32: the class token after the final LayerNorm. */
  readonly poolerOutput: Tensor2D;
  /** `[B, projectionDim]` float32: `poolerOutput` in the space that CLIP shares with text; not normalized. */
  readonly imageEmbeds: Tensor2D;
}

const WEIGHTS_FILE = 'model.safetensors';

/**
 * CLIP's vision transformer with its projection; trainable. Parameter paths and layouts are the state dict of Python's
 * `CLIPVisionModelWithProjection`, so that folders go both ways.
 *
 * Radford et al. 2021, section 2.4, https://arxiv.org/abs/2103.00020; reference: transformers 5.24. Differences: `pixelValues` are channels last,
 * and `patchStates` is added.
 *
 * @example
 * const encoder = new ClipVisionEncoder({ imageSize: 48, patchSize: 8, hiddenSize: 64, numAttentionHeads: 4, numHiddenLayers: 2 });
 * const { patchStates } = encoder.call({ pixelValues }); // [B, 36, 64]
 */
export class ClipVisionEncoder extends Module {
  /** All fields, defaults filled in. */
  readonly config: ClipVisionConfig;
  readonly #embeddings: ClipVisionEmbeddings;
  readonly #preNorm: LayerNorm;
  readonly #layers: readonly PreNormBlock[];
  readonly #postNorm: LayerNorm;
  readonly #projection: Linear;

  /**
   * @param config - fields that differ from openai/clip-vit-base-patch32's
   * @param options - first weights
   * @throws RangeError when a field is out of range or two do not fit each other
   */
  constructor(config: Partial<ClipVisionConfig> = {}, { seed = 0, initialize = true }: ClipVisionEncoderOptions = {}) {
    super();
    const complete = { ...defaultClipVisionConfig, ...config };
    assertClipVisionConfig(complete, 'ClipVisionEncoder');
    const { hiddenSize, layerNormEps, numHiddenLayers, projectionDim } = complete;
    this.config = complete;
    this.#embeddings = this.child('vision_model.embeddings', new ClipVisionEmbeddings(complete, zeros));
    // Misspelt in every published checkpoint.
    this.#preNorm = this.child('vision_model.pre_layrnorm', new LayerNorm(hiddenSize, layerNormEps));
    this.#layers = Array.from({ length: numHiddenLayers }, (_, i) =>
      this.child(`vision_model.encoder.layers.${i}`, new PreNormBlock({ ...complete, initializer: zeros })),
    );
    this.#postNorm = this.child('vision_model.post_layernorm', new LayerNorm(hiddenSize, layerNormEps));
    this.#projection = this.child(
      'visual_projection',
      new Linear(hiddenSize, projectionDim, { bias: false, initializer: zeros }),
    );
    if (initialize) initializeClipVision(this, complete, seed);
  }

  /** Size of the stream. */
  get hiddenSize(): number {
    return this.config.hiddenSize;
  }

  /** Size of `imageEmbeds`. */
  get projectionDim(): number {
    return this.config.projectionDim;
  }

  /** Patches per side; `patchStates` holds `gridSize * gridSize`. */
  get gridSize(): number {
    return Math.floor(this.config.imageSize / this.config.patchSize);
  }

  /**
   * Opens a folder in Hugging Face's layout: `config.json` and weights in any form that `openWeights` reads, of a vision encoder or of
   * a whole CLIP model.
   *
   * @param folder - path, URL or open folder
   * @throws TypeError or RangeError when the configuration is not one of a CLIP model, or a weight holds integers
   * @throws WeightsError when weights are missing, unexpected or of another shape
   */
  static async load(folder: string | URL | CheckpointFolder): Promise<ClipVisionEncoder> {
    const opened = typeof folder === 'string' || folder instanceof URL ? openFolder(folder) : folder;
    const where = `ClipVisionEncoder: ${opened.location}`;
    const config = parseClipVisionConfig(await opened.readJson(CONFIG_FILE), `${where}/${CONFIG_FILE}`);
    const weights = await openWeights(opened, clipVisionNames, 'ClipVisionEncoder');
    const encoder = new ClipVisionEncoder(config, { initialize: false });
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
   * @param inputs - pictures
   * @param context - the step's seed, needed in training mode when `attentionDropout` is above 0
   * @throws ShapeError when the pictures have another shape than `[B, imageSize, imageSize, 3]`
   */
  call({ pixelValues }: ClipVisionInputs, context: CallContext = {}): ClipVisionOutputs {
    const { imageSize, hiddenSize } = this.config;
    const advice = 'Channels come last; ClipImageProcessor prepares pictures of its own size.';
    assertShape(pixelValues, ['B', imageSize, imageSize, 3], 'ClipVisionEncoder: pixelValues', advice);
    return this.run(() => {
      const lastHiddenState = this.#encode(pixelValues, context); // [B, 1 + P, D]
      const [batch, length] = lastHiddenState.shape;
      const normalized = this.#postNorm.call(lastHiddenState) as Tensor3D;
      const poolerOutput = reshape<Rank.R2>(slice(normalized, [0, 0, 0], [batch, 1, hiddenSize]), [batch, hiddenSize]);
      const patchStates = slice(normalized, [0, 1, 0], [batch, length - 1, hiddenSize]);
      const imageEmbeds = this.#projection.call(poolerOutput) as Tensor2D; // [B, E]
      return { lastHiddenState, patchStates, poolerOutput, imageEmbeds };
    });
  }

  /** The folder that Python's `CLIPVisionModelWithProjection.from_pretrained` and {@link ClipVisionEncoder.load} open. */
  async files(): Promise<Map<string, Uint8Array | string>> {
    return new Map<string, Uint8Array | string>([
      [CONFIG_FILE, formatClipVisionConfig(this.config)],
      [WEIGHTS_FILE, serializeSafetensors(await readParameters(this), { format: 'pt' })],
    ]);
  }

  /**
   * Writes `files()` to a new folder.
   *
   * @param path - must not exist yet
   */
  async save(path: string): Promise<void> {
    await writeFolder(path, await this.files());
  }

  #encode(pixelValues: Tensor4D, context: CallContext): Tensor3D {
    let hiddenStates = this.#preNorm.call(this.#embeddings.call(pixelValues)) as Tensor3D;
    for (const [i, layer] of this.#layers.entries()) {
      const seed = context.seed === undefined ? undefined : deriveSeed(context.seed, 'layers', i);
      const before = hiddenStates;
      // What a layer leaves over goes at once, not when the whole call ends.
      hiddenStates = tidy(() => layer.call(before, { seed }).hiddenStates);
      dispose(before);
    }
    return hiddenStates;
  }
}
