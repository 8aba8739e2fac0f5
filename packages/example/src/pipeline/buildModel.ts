import {
  MultimodalSentimentModel,
  type FusionStrategy,
  type ImageEncoder,
  type TextEncoder,
} from '@crossmodal/fusion-model';
import { ImageProcessor, ClipVisionEncoder } from '@crossmodal/image-encoder';
import { deriveSeed } from '@crossmodal/layers';
import { BertEncoder, type TextTokenizer } from '@crossmodal/text-encoder';
import { DEFAULT_IMAGE_SIZE, type TrainConfig } from '../config/TrainConfig.js';

/** CLIP's published mean and standard deviation, with the sizes of this run. */
export function buildImageProcessor({
  imageSize = DEFAULT_IMAGE_SIZE,
}: Pick<TrainConfig, 'imageSize'>): ImageProcessor {
  return new ImageProcessor({ size: imageSize, cropSize: imageSize });
}

export function usesText(strategy: FusionStrategy): boolean {
  return strategy !== 'image-only';
}

export function usesImages(strategy: FusionStrategy): boolean {
  return strategy !== 'text-only';
}

/** What a model is built around. */
export interface ModelParts {
  /** Whose vocabulary an encoder from scratch gets. */
  readonly tokenizer: TextTokenizer;
  /** A pretrained one, which the model takes over; default: one from scratch. */
  readonly textEncoder?: TextEncoder | undefined;
  /** A pretrained one, which the model takes over; default: one from scratch. */
  readonly imageEncoder?: ImageEncoder | undefined;
  readonly id2label: Readonly<Record<number, string>>;
}

/** Builds the model of a run: the chosen fusion with fresh weights, on encoders from scratch where there are no pretrained ones. */
export function buildModel(
  config: TrainConfig,
  { tokenizer, textEncoder, imageEncoder, id2label }: ModelParts,
): MultimodalSentimentModel {
  const strategy = config.fusionStrategy;
  const shared = {
    hiddenSize: config.hiddenSize,
    numAttentionHeads: config.numAttentionHeads,
    intermediateSize: config.intermediateSize,
    initializerRange: config.initializerRange,
  };
  return new MultimodalSentimentModel({
    seed: deriveSeed(config.seed, 'fusion'),
    config: {
      fusionStrategy: strategy,
      numLabels: Object.keys(id2label).length,
      id2label,
      hiddenSize: config.hiddenSize,
      numAttentionHeads: config.numAttentionHeads,
      nullKey: config.nullKey,
      gate: config.gate,
      hiddenDropoutProb: config.dropout,
      attentionDropout: config.dropout,
      ...(config.classifierHiddenSize === undefined ? {} : { classifierHiddenSize: config.classifierHiddenSize }),
    },
    ...(usesText(strategy)
      ? {
          textEncoder:
            textEncoder ??
            new BertEncoder(
              {
                ...shared,
                vocabSize: tokenizer.vocabularySize,
                numHiddenLayers: config.textLayers,
                maxPositionEmbeddings: config.maxLength,
                hiddenDropoutProb: config.dropout,
                attentionProbsDropoutProb: config.dropout,
              },
              { seed: deriveSeed(config.seed, 'text-encoder') },
            ),
        }
      : {}),
    ...(usesImages(strategy)
      ? {
          imageEncoder:
            imageEncoder ??
            new ClipVisionEncoder(
              {
                ...shared,
                numHiddenLayers: config.imageLayers,
                imageSize: config.imageSize ?? DEFAULT_IMAGE_SIZE,
                patchSize: config.patchSize,
                projectionDim: config.hiddenSize,
                attentionDropout: config.dropout,
              },
              { seed: deriveSeed(config.seed, 'image-encoder') },
            ),
        }
      : {}),
  });
}
