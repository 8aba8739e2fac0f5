import { assertShape, type CallContext, deriveSeed } from '@crossmodal/layers';
import type { ImageEncoder } from '../encoders/ImageEncoder.js';
import type { TextEncoder } from '../encoders/TextEncoder.js';
import type { ImageFeatures, TextFeatures } from '../fusion/Fusion.js';
import type { EncoderInputs, MultimodalSentimentInputs } from './MultimodalSentimentInputs.js';

const where = 'MultimodalSentimentModel';

/** The text side of a batch: features that were given, or else what the encoder makes of its tokens. */
export function textSide(encoder: TextEncoder, inputs: MultimodalSentimentInputs, context?: CallContext): TextFeatures {
  const { textFeatures: given } = inputs;
  if (!given) return encodeText(encoder, inputs, context);
  assertOne('inputIds', inputs.inputIds, 'textFeatures');
  const { lastHiddenState, poolerOutput } = given;
  if (lastHiddenState) assertSize(lastHiddenState, ['B', 'T', encoder.hiddenSize], 'textFeatures.lastHiddenState');
  if (poolerOutput) assertSize(poolerOutput, ['B', encoder.hiddenSize], 'textFeatures.poolerOutput');
  return given;
}

/** The image side of a batch: features that were given, or else what the encoder makes of its pixels. */
export function imageSide(
  encoder: ImageEncoder,
  inputs: MultimodalSentimentInputs,
  context?: CallContext,
): ImageFeatures {
  const { imageFeatures: given } = inputs;
  if (!given) return encodeImage(encoder, inputs, context);
  assertOne('pixelValues', inputs.pixelValues, 'imageFeatures');
  const { patchStates, imageEmbeds } = given;
  if (patchStates) assertSize(patchStates, ['B', 'P', encoder.hiddenSize], 'imageFeatures.patchStates');
  if (imageEmbeds) assertSize(imageEmbeds, ['B', encoder.projectionDim], 'imageFeatures.imageEmbeds');
  return given;
}

/** Runs the text encoder. */
export function encodeText(encoder: TextEncoder, inputs: EncoderInputs, context?: CallContext): TextFeatures {
  const { inputIds, attentionMask, tokenTypeIds } = inputs;
  if (!inputIds) throw missingInput('inputIds', 'text');
  const { lastHiddenState, poolerOutput } = encoder.call(
    { inputIds, attentionMask, tokenTypeIds },
    seeded(context, 'textEncoder'),
  );
  if (!poolerOutput) {
    throw new TypeError(
      `${where}: the text encoder must return poolerOutput, got none. Build it with a pooling layer.`,
    );
  }
  return { lastHiddenState, poolerOutput, attentionMask };
}

/** Runs the image encoder. */
export function encodeImage(encoder: ImageEncoder, inputs: EncoderInputs, context?: CallContext): ImageFeatures {
  const { pixelValues, imageMask } = inputs;
  if (!pixelValues) throw missingInput('pixelValues', 'an image');
  const { patchStates, imageEmbeds } = encoder.call({ pixelValues }, seeded(context, 'imageEncoder'));
  return { patchStates, imageEmbeds, imageMask };
}

/** The encoders number their dropout sites alike, so each gets a seed of its own. */
function seeded(context: CallContext | undefined, encoder: string): CallContext | undefined {
  return context?.seed === undefined ? context : { seed: deriveSeed(context.seed, encoder) };
}

function assertSize(
  tensor: Parameters<typeof assertShape>[0],
  pattern: readonly (number | string)[],
  name: string,
): void {
  assertShape(tensor, pattern, `${where}: ${name}`, 'Features belong to the encoder that made them.');
}

function assertOne(raw: string, value: unknown, features: string): void {
  if (value === undefined) return;
  throw new TypeError(`${where}: either ${raw} or ${features} must be given, got both. Leave one of them out.`);
}

function missingInput(name: string, side: string): TypeError {
  return new TypeError(
    `${where}: ${name} must be given, because this strategy uses ${side}; got none. ` +
      'Where a sample has no image, pass zeros as its pixelValues and 0 in imageMask.',
  );
}
