import type { Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { assertType, describe, expectTypeOf, it } from 'vitest';
import {
  type FusionInputs,
  type FusionStrategy,
  type ImageEncoder,
  type ImageReliance,
  measureImageReliance,
  MultimodalSentimentModel,
  type MultimodalSentimentOutput,
  type TextEncoder,
  type TextFeatures,
} from '../index.js';

declare const textEncoder: TextEncoder;
declare const imageEncoder: ImageEncoder;
declare const model: MultimodalSentimentModel;
declare const pixels: Tensor4D;
declare const ids: Tensor2D;

describe('MultimodalSentimentModel', () => {
  it('returns ranked tensors by name', () => {
    expectTypeOf(model.call({ inputIds: ids, pixelValues: pixels })).toEqualTypeOf<MultimodalSentimentOutput>();
    expectTypeOf<MultimodalSentimentOutput['logits']>().toEqualTypeOf<Tensor2D>();
    expectTypeOf<MultimodalSentimentOutput['crossAttentions']>().toEqualTypeOf<Tensor4D | undefined>();
    expectTypeOf<MultimodalSentimentOutput['nullAttention']>().toEqualTypeOf<Tensor3D | undefined>();
    expectTypeOf(model.encode({ inputIds: ids })).toEqualTypeOf<FusionInputs>();
    expectTypeOf<TextFeatures['lastHiddenState']>().toEqualTypeOf<Tensor3D | undefined>();
    expectTypeOf(model.config.fusionStrategy).toEqualTypeOf<FusionStrategy>();
    expectTypeOf(measureImageReliance(model, { pixelValues: pixels }, 'none')).toEqualTypeOf<Promise<ImageReliance>>();
  });

  it('refuses wrong calls', () => {
    // @ts-expect-error there is no such strategy
    assertType(new MultimodalSentimentModel({ config: { fusionStrategy: 'late' }, textEncoder }));
    // @ts-expect-error an image encoder is no text encoder
    assertType(new MultimodalSentimentModel({ textEncoder: imageEncoder }));
    // @ts-expect-error pixels have four axes
    assertType(model.call({ pixelValues: ids }));
    // @ts-expect-error an image is no text
    assertType(model.call({ textFeatures: model.encode({ pixelValues: pixels }).image?.patchStates }));
    // @ts-expect-error encoding needs raw inputs
    assertType(model.encode({ textFeatures: {} }));
    // @ts-expect-error no replacement
    assertType(measureImageReliance(model, { pixelValues: pixels }));
    // @ts-expect-error a loader loads
    assertType(MultimodalSentimentModel.load('folder', { text: textEncoder }));
  });
});
