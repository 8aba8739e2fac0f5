import {
  type CallContext,
  LayerNorm,
  Linear,
  maskedMean,
  Module,
  PreNormBlock,
  readParameters,
  zeros,
} from '@crossmodal/layers';
import { type CheckpointFolder, serializeSafetensors, writeFolder } from '@crossmodal/weights';
import { type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import { assertTextConfig } from './assertTextConfig.js';
import { assertTextInputs } from './assertTextInputs.js';
import { causalBias } from './causalBias.js';
import { type ClipTextConfig } from './ClipTextConfig.js';
import { ClipTextEmbeddings } from './ClipTextEmbeddings.js';
import { clipTextFormat, textTowerFields } from './clipTextFormat.js';
import { endOfText } from './endOfText.js';
import { formatTextConfig } from './formatTextConfig.js';
import { initializeClipText } from './initializeClipText.js';
import { loadTextEncoder } from './loadTextEncoder.js';
import { meanOfTokens } from './poolTokens.js';
import { clipTextNames } from './publishedNames.js';
import { readTextConfig } from './readTextConfig.js';
import { runBlocks } from './runBlocks.js';
import { poolingField, readPooling } from './savedPooling.js';
import { type LoadTextOptions, type TextEncoderOptions } from './TextEncoderOptions.js';
import { type TextInputs } from './TextInputs.js';
import { type TextOutputs } from './TextOutputs.js';
import { assertPooling, type TextPooling } from './TextPooling.js';

/** Options of {@link ClipTextEncoder}. */
export interface ClipTextEncoderOptions extends TextEncoderOptions {
  /** False leaves the projection out; default true. */
  readonly addProjection?: boolean | undefined;
}

/** What the encoder gives back; new tensors, the caller disposes them. */
export interface ClipTextOutputs extends TextOutputs {
  /** `[B, T, D]` float32: **after** the final LayerNorm, as Python returns it; of CLIP's pictures it is before. */
  readonly lastHiddenState: Tensor3D;
  /** `[B, projectionDim]` float32: the token that ends the text, in the space shared with pictures; absent without a projection. Not normalized. */
  readonly textEmbeds?: Tensor2D | undefined;
}

const poolings: readonly TextPooling[] = ['eos', 'mean'];

/**
 * CLIP's text encoder; trainable. Parameter paths and layouts are the state dict of Python's `CLIPTextModelWithProjection`, so that folders go both
 * ways.
 *
 * Radford et al. 2021, section 2.4, https://arxiv.org/abs/2103.00020; reference: transformers 5.24. Tokens attend to those before them, and
 * `poolerOutput` is the state of the token that ends the text.
 *
 * @example
 * const encoder = await ClipTextEncoder.load('models/clip-vit-base-patch32');
 * const { textEmbeds } = encoder.call({ inputIds, attentionMask }); // [B, 512]
 */
export class ClipTextEncoder extends Module {
  /** All fields, defaults filled in. */
  readonly config: ClipTextConfig;
  /** How `poolerOutput` is made. */
  readonly pooling: TextPooling;
  readonly #embeddings: ClipTextEmbeddings;
  readonly #layers: readonly PreNormBlock[];
  readonly #finalNorm: LayerNorm;
  readonly #projection: Linear | undefined;

  /**
   * @param config - fields that differ from clip-vit-base-patch32's
   * @param options - first weights, projection, and pooling: 'eos' or 'mean'
   * @throws RangeError when a field is out of range or two do not fit each other
   */
  constructor(
    config: Partial<ClipTextConfig> = {},
    { seed = 0, pooling = 'eos', addProjection = true, initialize = true }: ClipTextEncoderOptions = {},
  ) {
    super();
    const complete = { ...clipTextFormat.defaults, ...config };
    assertTextConfig(complete, 'ClipTextEncoder');
    assertPooling(pooling, poolings, 'ClipTextEncoder');
    const { hiddenSize, layerNormEps, numHiddenLayers, projectionDim } = complete;
    this.config = complete;
    this.pooling = pooling;
    this.#embeddings = this.child('text_model.embeddings', new ClipTextEmbeddings(complete, zeros));
    this.#layers = Array.from({ length: numHiddenLayers }, (_, i) =>
      this.child(`text_model.encoder.layers.${i}`, new PreNormBlock({ ...complete, initializer: zeros })),
    );
    this.#finalNorm = this.child('text_model.final_layer_norm', new LayerNorm(hiddenSize, layerNormEps));
    this.#projection = addProjection
      ? this.child('text_projection', new Linear(hiddenSize, projectionDim, { bias: false, initializer: zeros }))
      : undefined;
    if (initialize) initializeClipText(this, complete, seed);
  }

  /** Size of the stream, and of `poolerOutput`. */
  get hiddenSize(): number {
    return this.config.hiddenSize;
  }

  /** Size of `textEmbeds`. */
  get projectionDim(): number {
    return this.config.projectionDim;
  }

  /** Length of the longest text, in tokens. */
  get maxLength(): number {
    return this.config.maxPositionEmbeddings;
  }

  /**
   * Opens a folder in Hugging Face's layout: `config.json` and weights in any form that `openWeights` reads, of a text encoder or of a whole CLIP
   * model, whose vision tower is left out. Without weights for a projection the encoder has none.
   *
   * @param folder - path, URL or open folder
   * @param options - pooling: 'eos' (default) or 'mean'
   * @throws TypeError or RangeError when the configuration is not one of a CLIP model, or a weight holds integers
   * @throws WeightsError when weights are missing, unexpected or of another shape
   */
  static async load(folder: string | URL | CheckpointFolder, options: LoadTextOptions = {}): Promise<ClipTextEncoder> {
    return loadTextEncoder({
      folder,
      where: 'ClipTextEncoder',
      names: () => clipTextNames,
      build: (content, shapes, where) => {
        const config = readTextConfig(textTowerFields(content, where), clipTextFormat, where);
        const addProjection = shapes.has('text_projection.weight');
        const pooling = options.pooling ?? readPooling(content);
        return new ClipTextEncoder(config, { pooling, addProjection, initialize: false });
      },
    });
  }

  /**
   * @param inputs - token ids and mask
   * @param context - the step's seed, needed in training mode when a dropout rate is above 0
   * @throws TypeError when ids are not int32, or a seed is needed and missing
   * @throws ShapeError when shapes differ, or texts are longer than `maxLength`
   */
  call(inputs: TextInputs, context: CallContext = {}): ClipTextOutputs {
    assertTextInputs(inputs, this.maxLength, 'ClipTextEncoder');
    return this.run(() => {
      const { inputIds, attentionMask } = inputs;
      const bias = causalBias(inputIds.shape[1], attentionMask);
      const hiddenStates = runBlocks(this.#embeddings.call(inputIds), this.#layers, { ...context, bias });
      // Normalization and linear maps keep the rank, which their declared types cannot say.
      const lastHiddenState = this.#finalNorm.call(hiddenStates) as Tensor3D; // [B, T, D]
      const ends = maskedMean(lastHiddenState, endOfText(inputIds, this.config.eosTokenId)); // [B, D]
      const poolerOutput = this.pooling === 'eos' ? ends : meanOfTokens(lastHiddenState, attentionMask);
      const outputs = { lastHiddenState, poolerOutput };
      return this.#projection ? { ...outputs, textEmbeds: this.#projection.call(ends, context) as Tensor2D } : outputs;
    });
  }

  /** The folder that Python's `CLIPTextModelWithProjection` (without a projection: `CLIPTextModel`) and {@link ClipTextEncoder.load} open. */
  async files(): Promise<Map<string, Uint8Array | string>> {
    const config = formatTextConfig(this.config, clipTextFormat, {
      architectures: [this.#projection ? 'CLIPTextModelWithProjection' : 'CLIPTextModel'],
      ...poolingField(this.pooling, 'eos'),
    });
    return new Map<string, Uint8Array | string>([
      ['config.json', config],
      ['model.safetensors', serializeSafetensors(await readParameters(this), { format: 'pt' })],
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
}
