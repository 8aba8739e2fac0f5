import { describe, expect, it } from 'vitest';
import type { MultimodalSentimentOptions } from './MultimodalSentimentConfig.js';
import { resolveConfig } from './resolveConfig.js';

describe('resolveConfig', () => {
  it('fills in the documented defaults', () => {
    expect(resolveConfig({}, 32)).toEqual({
      fusionStrategy: 'cross-attention',
      numLabels: 2,
      id2label: { 0: 'LABEL_0', 1: 'LABEL_1' },
      label2id: { LABEL_0: 0, LABEL_1: 1 },
      hiddenSize: 32,
      numAttentionHeads: 1,
      nullKey: false,
      gate: 'none',
      attentionDropout: 0,
      hiddenDropoutProb: 0.1,
      classifierHiddenSize: null,
      initializerRange: 0.02,
    });
  });

  it('derives the number of labels and their inverse from id2label', () => {
    const { numLabels, label2id } = resolveConfig({ id2label: { 0: 'bad', 1: 'fair', 2: 'good' } }, 8);
    expect(numLabels).toBe(3);
    expect(label2id).toEqual({ bad: 0, fair: 1, good: 2 });
  });

  it.each<[MultimodalSentimentOptions, string]>([
    // A caller without types can pass any string.
    [
      { fusionStrategy: 'late' as 'concatenation' },
      'fusionStrategy must be one of cross-attention, pooled-cross-attention, concatenation, text-only, image-only, got late.',
    ],
    [{ gate: 'relu' as 'none' }, 'gate must be one of none, tanh, sigmoid, got relu.'],
    [{ numLabels: 0 }, 'numLabels must be a positive integer, got 0.'],
    [
      { numLabels: 3, id2label: { 0: 'a', 1: 'b' } },
      'id2label must be complete from 0 to 2 to match numLabels, got ids 0, 1.',
    ],
    [{ id2label: { 0: 'a', 2: 'b' } }, 'id2label must be complete from 0 to 1 to match numLabels, got ids 0, 2.'],
    [{ id2label: { 0: 'a', 1: 'a' } }, 'id2label must be without repeated names, got 2 entries with repeats.'],
    [
      { id2label: { 0: 'a', 1: 'b' }, label2id: { a: 1, b: 0 } },
      'label2id must be the inverse of id2label, got 2 entries that differ from it.',
    ],
    [{ hiddenSize: 1.5 }, 'hiddenSize must be a positive integer, got 1.5.'],
    [{ numAttentionHeads: -1 }, 'numAttentionHeads must be a positive integer, got -1.'],
    [{ classifierHiddenSize: 0 }, 'classifierHiddenSize must be a positive integer, got 0.'],
    [{ attentionDropout: 1 }, 'attentionDropout must be in [0, 1), got 1.'],
    [{ hiddenDropoutProb: -0.1 }, 'hiddenDropoutProb must be in [0, 1), got -0.1.'],
    [{ initializerRange: 0 }, 'initializerRange must be above 0, got 0.'],
  ])('refuses %j', (options, message) => {
    expect(() => resolveConfig(options, 8)).toThrow(RangeError);
    expect(() => resolveConfig(options, 8)).toThrow(`MultimodalSentimentConfig: ${message}`);
  });
});
