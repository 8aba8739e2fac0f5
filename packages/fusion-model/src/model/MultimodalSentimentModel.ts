import { type CallContext, deriveSeed, Dropout, Linear, Module, normalInitializer } from '@crossmodal/layers';
import type { CheckpointFolder } from '@crossmodal/weights';
import type { Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { fusionStrategies } from '../config/FusionStrategy.js';
import type { MultimodalSentimentConfig, MultimodalSentimentOptions } from '../config/MultimodalSentimentConfig.js';
import { resolveConfig } from '../config/resolveConfig.js';
import type { ImageEncoder } from '../encoders/ImageEncoder.js';
import type { TextEncoder } from '../encoders/TextEncoder.js';
import { createFusion } from '../fusion/createFusion.js';
import type { EncoderSizes } from '../fusion/EncoderSizes.js';
import type { Fusion, FusionInputs } from '../fusion/Fusion.js';
import { encodeImage, encodeText, imageSide, textSide } from './encodeSides.js';
import { type EncoderLoaders, loadParts, readFusionWeights } from './loadParts.js';
import { MlpClassifier } from './MlpClassifier.js';
import { modelFiles } from './modelFiles.js';
import type { EncoderInputs, MultimodalSentimentInputs } from './MultimodalSentimentInputs.js';
import { saveFolder } from './saveFolder.js';

/** Constructor arguments of {@link MultimodalSentimentModel}. */
export interface MultimodalSentimentModelOptions {
  /** See {@link MultimodalSentimentOptions}; every field has a default. */
  readonly config?: MultimodalSentimentOptions | undefined;
  /** Needed by every strategy except `'image-only'`. */
  readonly textEncoder?: TextEncoder | undefined;
  /** Needed by every strategy except `'text-only'`. */
  readonly imageEncoder?: ImageEncoder | undefined;
  /** Seed of the initial weights of fusion and classifier, an integer. Default 0. */
  readonly seed?: number | undefined;
}

/** What a batch becomes; the caller disposes the tensors. */
export interface MultimodalSentimentOutput {
  /** `[B, numLabels]` float32, before softmax. */
  readonly logits: Tensor2D;
  /** `[B, H, T, P]` float32 from `'cross-attention'`, `[B, 1, 1, 1]` from `'pooled-cross-attention'`. */
  readonly crossAttentions?: Tensor4D;
  /** `[B, H, T]` float32: the weight of the null key, where there is one. */
  readonly nullAttention?: Tensor3D;
}

/**
 * Classifies pairs of text and image: encoders, a fusion strategy, dropout, classifier.
 *
 * Encoders come in from outside and are not imported here. The model takes over those that its strategy uses: their
 * parameters are `textEncoder.*` and `imageEncoder.*` beside `fusion.*` and `classifier.*`, and `dispose`, `train` and
 * `freeze` reach them. An encoder that the strategy does not use stays the caller's.
 *
 * @example
 * ```ts
 * const model = new MultimodalSentimentModel({ config: { id2label: { 0: 'bad', 1: 'good' } }, textEncoder, imageEncoder });
 * const { logits, crossAttentions } = model.call({ inputIds, attentionMask, pixelValues });
 * ```
 */
export class MultimodalSentimentModel extends Module {
  readonly config: MultimodalSentimentConfig;
  /** The model's own, under its part of the paths; `undefined` when the strategy uses no text. */
  readonly textEncoder: TextEncoder | undefined;
  /** The model's own, under its part of the paths; `undefined` when the strategy uses no image. */
  readonly imageEncoder: ImageEncoder | undefined;
  private readonly fusion: Fusion;
  private readonly dropout: Dropout;
  private readonly classifier: Linear | MlpClassifier;

  /**
   * @param options - see {@link MultimodalSentimentModelOptions}
   * @throws RangeError when a field of the config is out of range
   * @throws TypeError when an encoder that the strategy needs is missing
   */
  constructor({ config = {}, textEncoder, imageEncoder, seed = 0 }: MultimodalSentimentModelOptions) {
    super();
    // 1 where there is no encoder at all, which is reported below.
    this.config = resolveConfig(config, textEncoder?.hiddenSize ?? imageEncoder?.hiddenSize ?? 1);
    const { fusionStrategy, classifierHiddenSize, numLabels, initializerRange, hiddenDropoutProb } = this.config;
    const needs = fusionStrategies[fusionStrategy];
    if (needs.text) this.textEncoder = this.child('textEncoder', present(textEncoder, 'textEncoder', fusionStrategy));
    if (needs.image)
      this.imageEncoder = this.child('imageEncoder', present(imageEncoder, 'imageEncoder', fusionStrategy));
    const fusion = createFusion(this.config, sizesOf(textEncoder, imageEncoder), deriveSeed(seed, 'fusion'));
    this.fusion = this.child('fusion', fusion);
    this.dropout = this.child('dropout', new Dropout(hiddenDropoutProb, 'fusion.dropout'));
    const classifierSeed = deriveSeed(seed, 'classifier');
    const initializer = normalInitializer(initializerRange);
    this.classifier = this.child(
      'classifier',
      classifierHiddenSize === null
        ? new Linear(fusion.featureSize, numLabels, { initializer, seed: classifierSeed })
        : new MlpClassifier(fusion.featureSize, classifierHiddenSize, this.config, classifierSeed),
    );
  }

  /**
   * Loads a folder that {@link MultimodalSentimentModel.save} wrote.
   *
   * @param folder - a path, a URL or an open folder
   * @param loaders - who loads the encoders: `{ text: BertEncoder, image: ClipVisionEncoder }`
   * @throws TypeError when a loader that the strategy needs is missing
   * @throws RangeError when `config.json` is not one of this model, or names an unknown strategy
   * @throws WeightsError when `model.safetensors` does not hold exactly the weights of fusion and classifier
   */
  static async load(
    folder: string | URL | CheckpointFolder,
    loaders: EncoderLoaders,
  ): Promise<MultimodalSentimentModel> {
    const parts = await loadParts(folder, loaders);
    let model: MultimodalSentimentModel | undefined;
    try {
      model = new MultimodalSentimentModel(parts);
      await readFusionWeights(model, parts.folder);
      return model;
    } catch (error) {
      model?.dispose();
      parts.textEncoder?.dispose();
      parts.imageEncoder?.dispose();
      throw error;
    }
  }

  /**
   * Runs the encoders alone, on the side or sides that the inputs hold. What they give is taken by `call` in place of those inputs.
   *
   * Features that are to be kept must be those of evaluation mode: an encoder of which nothing is trained is always in it, also while the model is
   * trained, so that its features are the same in every step.
   *
   * @param inputs - `inputIds`, `pixelValues` or both, each with its mask
   * @param context - the step's seed, needed where an encoder is in training mode with dropout
   * @returns new tensors, the caller's; the masks are those of the inputs
   * @throws TypeError when the inputs hold nothing that an encoder of this model reads
   *
   * @example
   * ```ts
   * const { text } = model.encode({ inputIds, attentionMask });
   * const { logits } = model.call({ textFeatures: text, pixelValues });
   * ```
   */
  encode(inputs: EncoderInputs, context?: CallContext): FusionInputs {
    return this.run(() => {
      const text = this.textEncoder && inputs.inputIds && encodeText(this.textEncoder, inputs, context);
      const image = this.imageEncoder && inputs.pixelValues && encodeImage(this.imageEncoder, inputs, context);
      if (!text && !image) {
        throw new TypeError(
          'MultimodalSentimentModel.encode: inputs must hold inputIds or pixelValues for an encoder of this model, got neither.',
        );
      }
      return { text: text && { ...text }, image: image && { ...image } };
    });
  }

  /**
   * Classifies a batch. Features that were made before are constants: no gradient flows into the encoder that made them.
   *
   * @param inputs - see {@link MultimodalSentimentInputs}
   * @param context - the step's seed, needed in training mode when a dropout rate is above 0
   * @returns see {@link MultimodalSentimentOutput}
   * @throws TypeError when an input that the strategy needs is missing or given twice, or a seed is missing
   * @throws ShapeError when given features are not of the encoder's size
   */
  call(inputs: MultimodalSentimentInputs, context?: CallContext): MultimodalSentimentOutput {
    return this.run(() => {
      const text = this.textEncoder && textSide(this.textEncoder, inputs, context);
      const image = this.imageEncoder && imageSide(this.imageEncoder, inputs, context);
      const { features, ...attentions } = this.fusion.call({ text, image }, context);
      const logits = this.classifier.call(this.dropout.call(features, context), context) as Tensor2D; // [B, C]
      return { logits, ...attentions };
    });
  }

  /**
   * Switches to training mode. An encoder of which nothing is trained stays in evaluation mode: dropout in it would only blur what it says.
   *
   * @param mode - false for evaluation mode; default true
   */
  override train(mode = true): this {
    super.train(mode);
    for (const encoder of [this.textEncoder, this.imageEncoder]) if (encoder && isFrozen(encoder)) encoder.eval();
    return this;
  }

  /** The files of a checkpoint folder, by name: `config.json`, `model.safetensors` and the encoders' folders. */
  async files(): Promise<Map<string, Uint8Array | string>> {
    const { config, textEncoder, imageEncoder } = this;
    return modelFiles({ config, textEncoder, imageEncoder, fusion: this.fusion, classifier: this.classifier });
  }

  /**
   * Writes a checkpoint folder: all of it or nothing. The encoders' folders are those of the encoders themselves.
   *
   * @param folder - path of a folder that does not exist yet
   * @param extraFiles - files to put in as well, by name: `'text-encoder/vocab.txt'`
   * @throws RangeError when an extra file has the name of one of ours
   */
  async save(folder: string, extraFiles: ReadonlyMap<string, Uint8Array | string> = new Map()): Promise<void> {
    await saveFolder(folder, await this.files(), extraFiles);
  }
}

function isFrozen(encoder: Module): boolean {
  return [...encoder.namedParameters().values()].every(({ trainable }) => !trainable);
}

function present<E>(encoder: E | undefined, name: string, strategy: string): E {
  if (encoder === undefined) {
    throw new TypeError(`MultimodalSentimentModel: strategy '${strategy}' needs ${name}, got none. Pass { ${name} }.`);
  }
  return encoder;
}

function sizesOf(text: TextEncoder | undefined, image: ImageEncoder | undefined): EncoderSizes {
  return {
    textSize: text?.hiddenSize ?? 0,
    patchSize: image?.hiddenSize ?? 0,
    imageSize: image?.projectionDim ?? 0,
  };
}
