import { type CallContext, LayerNorm, Linear, Module, PreNormBlock, readParameters, zeros } from '@crossmodal/layers';
import { type CheckpointFolder, openFolder, serializeSafetensors, writeFolder } from '@crossmodal/weights';
import { clone, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import { assertPictures } from './assertPictures.js';
import { assertVisionConfig } from './assertVisionConfig.js';
import { type ClipVisionConfig, defaultClipVisionConfig } from './ClipVisionConfig.js';
import { formatClipVisionConfig, isWholeClip, parseClipVisionConfig } from './clipVisionConfigFile.js';
import { ClipVisionEmbeddings } from './ClipVisionEmbeddings.js';
import { gridSizeOf } from './gridSizeOf.js';
import { initializeClipVision } from './initializeClipVision.js';
import { loadEncoder, type LoadVisionOptions } from './loadEncoder.js';
import { clipVisionNames } from './publishedNames.js';
import { runBlocks } from './runBlocks.js';
import { splitClassToken } from './splitClassToken.js';
import { type VisionInputs } from './VisionInputs.js';

/** Options of {@link ClipVisionEncoder}. */
export interface ClipVisionEncoderOptions {
  /** Seed of the first weights; default 0. */
  readonly seed?: number | undefined;
  /** False leaves the projection out, as Python's `CLIPVisionModel` does; default true. */
  readonly addProjection?: boolean | undefined;
  /** False leaves the weights at zero, for those who assign every one of them; default true. */
  readonly initialize?: boolean | undefined;
}

/** What the encoder gives back; new tensors, the caller disposes all four. */
export interface ClipVisionOutputs {
  /** `[B, 1 + P, D]` float32: class token, then patches row by row, **before** the final LayerNorm, as in Python. */
  readonly lastHiddenState: Tensor3D;
  /** `[B, P, D]` float32: the patches without class token, **after** the final LayerNorm. What cross-attention should read. */
  readonly patchStates: Tensor3D;
  /** `[B, D]` float32: the class token after the final LayerNorm. */
  readonly poolerOutput: Tensor2D;
  /**
   * `[B, projectionDim]` float32: `poolerOutput` in the space that CLIP shares with text, not normalized: see `l2Normalize` of layers. Without a
   * projection: the values of `poolerOutput`.
   */
  readonly imageEmbeds: Tensor2D;
}

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
  readonly #projection: Linear | undefined;

  /**
   * @param config - fields that differ from openai/clip-vit-base-patch32's
   * @param options - first weights and projection
   * @throws RangeError when a field is out of range or two do not fit each other
   */
  constructor(
    config: Partial<ClipVisionConfig> = {},
    { seed = 0, addProjection = true, initialize = true }: ClipVisionEncoderOptions = {},
  ) {
    super();
    const complete = { ...defaultClipVisionConfig, ...config };
    assertVisionConfig(complete, 'ClipVisionEncoder');
    const { hiddenSize, layerNormEps, numHiddenLayers, projectionDim } = complete;
    this.config = complete;
    this.#embeddings = this.child('vision_model.embeddings', new ClipVisionEmbeddings(complete, zeros));
    // Misspelt in every published checkpoint.
    this.#preNorm = this.child('vision_model.pre_layrnorm', new LayerNorm(hiddenSize, layerNormEps));
    this.#layers = Array.from({ length: numHiddenLayers }, (_, i) =>
      this.child(`vision_model.encoder.layers.${i}`, new PreNormBlock({ ...complete, initializer: zeros })),
    );
    this.#postNorm = this.child('vision_model.post_layernorm', new LayerNorm(hiddenSize, layerNormEps));
    this.#projection = addProjection
      ? this.child('visual_projection', new Linear(hiddenSize, projectionDim, { bias: false, initializer: zeros }))
      : undefined;
    if (initialize) initializeClipVision(this, complete, seed);
  }

  /** Size of the stream. */
  get hiddenSize(): number {
    return this.config.hiddenSize;
  }

  /** Size of `imageEmbeds`: without a projection `hiddenSize`. */
  get projectionDim(): number {
    return this.#projection ? this.config.projectionDim : this.config.hiddenSize;
  }

  /** Patches per side of pictures of the configured size: `patchStates` then holds `gridSize * gridSize`. */
  get gridSize(): number {
    return gridSizeOf(this.config);
  }

  /**
   * Opens a folder in Hugging Face's layout: `config.json` and weights in any form that `openWeights` reads, of a vision encoder or of
   * a whole CLIP model. An encoder without weights for a projection, such as Python's `CLIPVisionModel`, has none.
   *
   * @param folder - path, URL or open folder
   * @param options - another size of pictures
   * @throws TypeError or RangeError when the configuration is not one of a CLIP model, or a weight holds integers
   * @throws WeightsError when weights are missing, unexpected or of another shape
   */
  static async load(
    folder: string | URL | CheckpointFolder,
    { imageSize }: LoadVisionOptions = {},
  ): Promise<ClipVisionEncoder> {
    const opened = openFolder(folder);
    const where = `ClipVisionEncoder: ${opened.location}/config.json`;
    const content = await opened.readJson('config.json');
    const published = parseClipVisionConfig(content, where);
    const config = { ...published, imageSize: imageSize ?? published.imageSize };
    return loadEncoder({
      folder: opened,
      names: clipVisionNames,
      where: 'ClipVisionEncoder',
      positions: { path: 'vision_model.embeddings.position_embedding.weight', before: published, after: config },
      build: (shapes) => {
        const addProjection = isWholeClip(content) || shapes.has('visual_projection.weight');
        return new ClipVisionEncoder(config, { addProjection, initialize: false });
      },
    });
  }

  /**
   * @param inputs - pictures
   * @param context - the step's seed, needed in training mode when `attentionDropout` is above 0
   * @throws ShapeError when the pictures have another shape than `[B, imageSize, imageSize, 3]`, or with `interpolatePosEncoding` no patch
   */
  call({ pixelValues, interpolatePosEncoding = false }: VisionInputs, context: CallContext = {}): ClipVisionOutputs {
    assertPictures(pixelValues, this.config, interpolatePosEncoding, 'ClipVisionEncoder');
    return this.run(() => {
      // Normalization keeps the rank of the stream, which its declared type cannot say.
      const embedded = this.#preNorm.call(this.#embeddings.call(pixelValues)) as Tensor3D;
      const lastHiddenState = runBlocks(embedded, this.#layers, context); // [B, 1 + P, D]
      const normalized = this.#postNorm.call(lastHiddenState) as Tensor3D;
      const { classToken: poolerOutput, patchStates } = splitClassToken(normalized);
      const imageEmbeds = (this.#projection?.call(poolerOutput, context) ?? clone(poolerOutput)) as Tensor2D; // [B, E]
      return { lastHiddenState, patchStates, poolerOutput, imageEmbeds };
    });
  }

  /** The folder that Python's `CLIPVisionModelWithProjection` (without a projection: `CLIPVisionModel`) and {@link ClipVisionEncoder.load} open. */
  async files(): Promise<Map<string, Uint8Array | string>> {
    return new Map<string, Uint8Array | string>([
      ['config.json', formatClipVisionConfig(this.config, { hasProjection: this.#projection !== undefined })],
      ['model.safetensors', serializeSafetensors(await readParameters(this), { format: 'pt' })],
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
}
