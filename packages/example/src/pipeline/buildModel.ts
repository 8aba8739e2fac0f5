import { MultimodalSentimentModel, type FusionStrategy } from '@crossmodal/fusion-model';
import { ClipImageProcessor, ClipVisionEncoder } from '@crossmodal/image-encoder';
import { deriveSeed } from '@crossmodal/layers';
import { BertEncoder, type TextTokenizer } from '@crossmodal/text-encoder';
import type { TrainConfig } from '../config/TrainConfig.js';

/** CLIP's published mean and standard deviation, with the sizes of this run. */
export function buildImageProcessor(config: Pick<TrainConfig, 'imageSize'>): ClipImageProcessor {
  return new ClipImageProcessor({
    size: { shortestEdge: config.imageSize },
    cropSize: { height: config.imageSize, width: config.imageSize },
  });
}

export function usesText(strategy: FusionStrategy): boolean {
  return strategy !== 'image-only';
}

export function usesImages(strategy: FusionStrategy): boolean {
  return strategy !== 'text-only';
}

/** Builds the model of a run with fresh weights: encoders from scratch and the chosen fusion. */
export function buildModel(
  config: TrainConfig,
  tokenizer: TextTokenizer,
  id2label: Readonly<Record<number, string>>,
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
          textEncoder: new BertEncoder(
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
          imageEncoder: new ClipVisionEncoder(
            {
              ...shared,
              numHiddenLayers: config.imageLayers,
              imageSize: config.imageSize,
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
