import { describe, expect, it } from 'vitest';
import { assertVisionConfig } from './assertVisionConfig.js';
import { type ClipVisionConfig, defaultClipVisionConfig } from './ClipVisionConfig.js';
import { defaultVitConfig, type VitConfig } from './VitConfig.js';

describe('assertVisionConfig', () => {
  it('accepts the defaults', () => {
    expect(() => assertVisionConfig(defaultClipVisionConfig, 'test')).not.toThrow();
    expect(() => assertVisionConfig(defaultVitConfig, 'test')).not.toThrow();
  });

  const refused: readonly [Partial<ClipVisionConfig>, string][] = [
    [{ hiddenSize: 0 }, 'test: hiddenSize must be a positive integer, got 0.'],
    [{ intermediateSize: 1.5 }, 'test: intermediateSize must be a positive integer, got 1.5.'],
    [{ projectionDim: -1 }, 'test: projectionDim must be a positive integer, got -1.'],
    [{ numHiddenLayers: NaN }, 'test: numHiddenLayers must be a positive integer, got NaN.'],
    [{ numAttentionHeads: 0 }, 'test: numAttentionHeads must be a positive integer, got 0.'],
    [{ numAttentionHeads: 5 }, 'test: numAttentionHeads must be a divisor of hiddenSize 768, got 5.'],
    [{ numChannels: 1 }, 'test: numChannels must be 3 (RGB), got 1.'],
    [{ imageSize: 0 }, 'test: imageSize must be a positive integer, got 0.'],
    [{ patchSize: 0 }, 'test: patchSize must be a positive integer, got 0.'],
    [{ patchSize: 225 }, 'test: patchSize must be at most imageSize 224, got 225.'],
    [
      { hiddenAct: 'swish' as 'gelu' },
      'test: hiddenAct must be one of gelu, gelu_new, gelu_pytorch_tanh, quick_gelu, relu, got swish.',
    ],
    [{ layerNormEps: 0 }, 'test: layerNormEps must be above 0, got 0.'],
    [{ attentionDropout: 1 }, 'test: attentionDropout must be in [0, 1), got 1.'],
    [{ attentionDropout: NaN }, 'test: attentionDropout must be in [0, 1), got NaN.'],
    [{ initializerRange: -1 }, 'test: initializerRange must be above 0, got -1.'],
    [{ initializerFactor: 0 }, 'test: initializerFactor must be above 0, got 0.'],
  ];
  it.each(refused)('refuses %j', (change, message) => {
    expect(() => assertVisionConfig({ ...defaultClipVisionConfig, ...change }, 'test')).toThrow(
      new RangeError(message),
    );
  });

  const refusedVit: readonly [Partial<VitConfig>, string][] = [
    [{ hiddenDropoutProb: 1 }, 'test: hiddenDropoutProb must be in [0, 1), got 1.'],
    [{ attentionProbsDropoutProb: -0.1 }, 'test: attentionProbsDropoutProb must be in [0, 1), got -0.1.'],
  ];
  it.each(refusedVit)('refuses %j in a ViT', (change, message) => {
    expect(() => assertVisionConfig({ ...defaultVitConfig, ...change }, 'test')).toThrow(new RangeError(message));
  });
});
