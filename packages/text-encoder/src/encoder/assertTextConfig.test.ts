import { activationNames } from '@crossmodal/layers';
import { describe, expect, it } from 'vitest';
import { assertTextConfig } from './assertTextConfig.js';
import { type BertConfig, defaultBertConfig } from './BertConfig.js';

describe('assertTextConfig', () => {
  it('accepts the defaults', () => {
    expect(() => assertTextConfig(defaultBertConfig, 'test')).not.toThrow();
  });

  const refused: readonly [Partial<BertConfig>, string][] = [
    [{ vocabSize: 0 }, 'test: vocabSize must be a positive integer, got 0.'],
    [{ hiddenSize: 1.5 }, 'test: hiddenSize must be a positive integer, got 1.5.'],
    [{ numHiddenLayers: NaN }, 'test: numHiddenLayers must be a positive integer, got NaN.'],
    [{ numHiddenLayers: 1001 }, 'test: numHiddenLayers must be at most 1000, got 1001.'],
    [{ numAttentionHeads: 0 }, 'test: numAttentionHeads must be a positive integer, got 0.'],
    [{ numAttentionHeads: 5 }, 'test: numAttentionHeads must be a divisor of hiddenSize 768, got 5.'],
    [{ intermediateSize: -1 }, 'test: intermediateSize must be a positive integer, got -1.'],
    [{ maxPositionEmbeddings: 0 }, 'test: maxPositionEmbeddings must be a positive integer, got 0.'],
    [{ typeVocabSize: 0 }, 'test: typeVocabSize must be a positive integer, got 0.'],
    [
      { hiddenAct: 'constructor' as 'gelu' },
      `test: hiddenAct must be one of ${activationNames.join(', ')}, got constructor.`,
    ],
    [{ hiddenDropoutProb: 1 }, 'test: hiddenDropoutProb must be in [0, 1), got 1.'],
    [{ attentionProbsDropoutProb: NaN }, 'test: attentionProbsDropoutProb must be in [0, 1), got NaN.'],
    [{ initializerRange: 0 }, 'test: initializerRange must be above 0 and finite, got 0.'],
    [{ layerNormEps: Infinity }, 'test: layerNormEps must be above 0 and finite, got Infinity.'],
    [{ padTokenId: 30_522 }, 'test: padTokenId must be an id below vocabSize 30522, got 30522.'],
    [{ padTokenId: -1 }, 'test: padTokenId must be an id below vocabSize 30522, got -1.'],
  ];
  it.each(refused)('refuses %j', (change, message) => {
    expect(() => assertTextConfig({ ...defaultBertConfig, ...change }, 'test')).toThrow(new RangeError(message));
  });
});
