import { type Tensor2D, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { describe, expectTypeOf, it } from 'vitest';
import {
  type AnyImageEncoder,
  AutoImageEncoder,
  ImageProcessor,
  type FixedSize,
  type ClipVisionConfig,
  ClipVisionEncoder,
  type ResampleFilter,
  resizeImage,
  type RgbImage,
  type ShortestEdge,
  type VitConfig,
  VitEncoder,
} from './index.js';

declare const image: RgbImage;
declare const pixelValues: Tensor4D;
declare const vector: Tensor2D;

describe('types', () => {
  it('pins what the encoder takes and gives', () => {
    const encoder = new ClipVisionEncoder({ imageSize: 48 }, { seed: 1 });
    const outputs = encoder.call({ pixelValues }, { seed: 2 });
    expectTypeOf(outputs.lastHiddenState).toEqualTypeOf<Tensor3D>();
    expectTypeOf(outputs.patchStates).toEqualTypeOf<Tensor3D>();
    expectTypeOf(outputs.poolerOutput).toEqualTypeOf<Tensor2D>();
    expectTypeOf(outputs.imageEmbeds).toEqualTypeOf<Tensor2D>();
    expectTypeOf(encoder.config).toEqualTypeOf<ClipVisionConfig>();
    expectTypeOf(encoder.gridSize).toEqualTypeOf<number>();
    expectTypeOf(ClipVisionEncoder.load('folder')).resolves.toEqualTypeOf<ClipVisionEncoder>();
    expectTypeOf(ClipVisionEncoder.load('folder', { imageSize: 64 })).resolves.toEqualTypeOf<ClipVisionEncoder>();
    encoder.call({ pixelValues, interpolatePosEncoding: true });
    expectTypeOf(encoder.files()).resolves.toEqualTypeOf<Map<string, string | Uint8Array>>();
    // @ts-expect-error pictures are one tensor of rank 4
    encoder.call({ pixelValues: vector });
    // @ts-expect-error the name is pixelValues
    encoder.call({ pixels: pixelValues });
    // @ts-expect-error activations are named
    new ClipVisionEncoder({ hiddenAct: 'swish' });
    // @ts-expect-error configurations are read-only
    encoder.config.hiddenSize = 5;
  });

  it('pins what a ViT takes and gives, and who chooses', () => {
    const encoder = new VitEncoder({ qkvBias: false }, { addPoolingLayer: false });
    const outputs = encoder.call({ pixelValues }, { seed: 2 });
    expectTypeOf(outputs.patchStates).toEqualTypeOf<Tensor3D>();
    expectTypeOf(outputs.imageEmbeds).toEqualTypeOf<Tensor2D>();
    expectTypeOf(outputs.poolerOutput).toEqualTypeOf<Tensor2D | undefined>();
    expectTypeOf(encoder.config).toEqualTypeOf<VitConfig>();
    expectTypeOf(AutoImageEncoder.load('folder', { imageSize: 64 })).resolves.toEqualTypeOf<AnyImageEncoder>();
    // @ts-expect-error sides are one number: pictures are square unless positions are interpolated in the call
    void AutoImageEncoder.load('folder', { imageSize: [64, 32] });
    // @ts-expect-error a ViT has no projection
    new VitEncoder({ projectionDim: 5 });
  });

  it('pins what the processor takes and gives', () => {
    const processor = new ImageProcessor({ size: { shortestEdge: 5 }, cropSize: 4, resample: 'bilinear' });
    expectTypeOf(processor.preprocess(image)).toEqualTypeOf<Float32Array>();
    expectTypeOf(processor.resizeAndCrop(image)).toEqualTypeOf<Uint8Array>();
    expectTypeOf(processor.files()).toEqualTypeOf<Map<string, string>>();
    expectTypeOf(resizeImage(image, 4, 4, 'lanczos')).toEqualTypeOf<RgbImage>();
    expectTypeOf<ResampleFilter>().toEqualTypeOf<'nearest' | 'lanczos' | 'bilinear' | 'bicubic' | 'box' | 'hamming'>();
    expectTypeOf(new ImageProcessor({ imageProcessorType: 'ViTImageProcessor', size: 224 }).config.size).toEqualTypeOf<
      ShortestEdge | FixedSize
    >();
    expectTypeOf(ImageProcessor.load('folder')).resolves.toEqualTypeOf<ImageProcessor>();
    // @ts-expect-error CLIP's and ViT's are all that there are
    new ImageProcessor({ imageProcessorType: 'BeitImageProcessor' });
    // @ts-expect-error Pillow's numbers are for files
    new ImageProcessor({ resample: 3 });
    // @ts-expect-error a size has both sides
    new ImageProcessor({ size: { height: 4 } });
    // @ts-expect-error a plain array is not pixels
    processor.preprocess({ data: [1, 2, 3], width: 1, height: 1 });
  });
});
