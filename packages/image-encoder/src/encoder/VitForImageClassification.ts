import { type CallContext, Linear, Module, readParameters, zeros } from '@crossmodal/layers';
import { type CheckpointFolder, openFolder, serializeSafetensors, writeFolder } from '@crossmodal/weights';
import { type Tensor2D } from '@tensorflow/tfjs-core';
import { initializeVit } from './initializeVit.js';
import { loadEncoder, type LoadVisionOptions } from './loadEncoder.js';
import { vitClassifierNames } from './publishedNames.js';
import { type VisionInputs } from './VisionInputs.js';
import { type VitConfig } from './VitConfig.js';
import { formatVitConfig, parseLabels, parseVitConfig } from './vitConfigFile.js';
import { VitEncoder } from './VitEncoder.js';

/** Options of {@link VitForImageClassification}. */
export interface VitForImageClassificationOptions {
  /** Fields that differ from google/vit-base-patch16-224's. */
  readonly config?: Partial<VitConfig> | undefined;
  /** Seed of the first weights; default 0. */
  readonly seed?: number | undefined;
  /** False leaves the weights at zero, for those who assign every one of them; default true. */
  readonly initialize?: boolean | undefined;
}

/** What the classifier gives back; a new tensor, the caller disposes it. */
export interface VitForImageClassificationOutputs {
  /** `[B, numLabels]` float32, before softmax. */
  readonly logits: Tensor2D;
}

/**
 * A Vision Transformer and a linear map from its class token to labels; trainable. Parameter paths and layouts are those that Python's
 * `ViTForImageClassification` saves, so that folders go both ways.
 *
 * Dosovitskiy et al. 2021, section 3.1, https://arxiv.org/abs/2010.11929; reference: transformers 5.24.
 *
 * @example
 * const classifier = await VitForImageClassification.load('models/vit-base-patch16-224');
 * const { logits } = classifier.call({ pixelValues }); // [B, 1000]
 */
export class VitForImageClassification extends Module {
  /** The label of each column of the logits. */
  readonly id2label: readonly string[];
  /** What reads the pictures. */
  readonly encoder: VitEncoder;
  readonly #classifier: Linear;

  /**
   * @param id2label - at least one label
   * @param options - configuration and first weights
   * @throws RangeError when there is no label, or a field of the configuration is out of range
   */
  constructor(
    id2label: readonly string[],
    { config = {}, seed = 0, initialize = true }: VitForImageClassificationOptions = {},
  ) {
    super();
    if (id2label.length === 0) {
      throw new RangeError('VitForImageClassification: id2label must have at least one label, got none.');
    }
    this.id2label = [...id2label];
    this.encoder = this.child('vit', new VitEncoder(config, { addPoolingLayer: false, initialize: false }));
    const { hiddenSize, initializerRange } = this.encoder.config;
    this.#classifier = this.child('classifier', new Linear(hiddenSize, id2label.length, { initializer: zeros }));
    if (initialize) initializeVit(this, initializerRange, seed);
  }

  /**
   * Opens a folder in Hugging Face's layout: `config.json` and weights in any form that `openWeights` reads.
   *
   * @param folder - path, URL or open folder
   * @param options - another size of pictures
   * @throws TypeError or RangeError when the configuration is not one of a ViT model, or a weight holds integers
   * @throws WeightsError when weights are missing, unexpected or of another shape
   */
  static async load(
    folder: string | URL | CheckpointFolder,
    { imageSize }: LoadVisionOptions = {},
  ): Promise<VitForImageClassification> {
    const opened = openFolder(folder);
    const where = `VitForImageClassification: ${opened.location}/config.json`;
    const content = await opened.readJson('config.json');
    const published = parseVitConfig(content, where);
    const id2label = parseLabels(content, where);
    const config = { ...published, imageSize: imageSize ?? published.imageSize };
    return loadEncoder({
      folder: opened,
      names: vitClassifierNames,
      where: 'VitForImageClassification',
      positions: { path: 'vit.embeddings.position_embeddings', before: published, after: config },
      build: () => new VitForImageClassification(id2label, { config, initialize: false }),
    });
  }

  /**
   * @param inputs - pictures
   * @param context - the step's seed, needed in training mode when a dropout rate is above 0
   * @throws what the encoder's `call` throws
   */
  call(inputs: VisionInputs, context: CallContext = {}): VitForImageClassificationOutputs {
    return this.run(() => {
      const { imageEmbeds } = this.encoder.call(inputs, context);
      // A linear map keeps the rank, which its declared type cannot say.
      return { logits: this.#classifier.call(imageEmbeds, context) as Tensor2D };
    });
  }

  /** The folder that Python's `ViTForImageClassification.from_pretrained` and {@link VitForImageClassification.load} open. */
  async files(): Promise<Map<string, Uint8Array | string>> {
    const labels = {
      id2label: Object.fromEntries(this.id2label.map((label, id) => [String(id), label])),
      label2id: Object.fromEntries(this.id2label.map((label, id) => [label, id])),
    };
    return new Map<string, Uint8Array | string>([
      ['config.json', formatVitConfig(this.encoder.config, 'ViTForImageClassification', labels)],
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
