import { describe, expect, it } from 'vitest';
import { ConfigError } from './ConfigError.js';
import { resolveConfig } from './resolveConfig.js';

const fromFlags = (values: Record<string, unknown>) => resolveConfig([{ source: 'flag', values }]);

describe('resolveConfig', () => {
  it('fills every field and says where each value came from', () => {
    const { config, sources } = resolveConfig([
      { source: 'file', values: { data: 'a.csv', epochs: 3, batchSize: 16 } },
      { source: 'flag', values: { epochs: 5, name: undefined } },
    ]);
    expect(config).toMatchObject({ data: 'a.csv', epochs: 5, batchSize: 16, name: 'train', patchSize: 16 });
    expect(sources).toMatchObject({ data: 'file', epochs: 'flag', batchSize: 'file', name: 'default' });
    expect(Object.keys(sources).sort()).toEqual(expect.arrayContaining(Object.keys(config).sort()));
  });

  it('takes the settings of the synthetic world when no data is named', () => {
    const { config, sources } = fromFlags({});
    expect(config).toMatchObject({ imageSize: 48, patchSize: 8, splitColumn: 'split' });
    expect(sources.imageSize).toBe('world');
    expect(resolveConfig([{ source: 'flag', values: { imageModel: 'clip' } }]).config).not.toHaveProperty('imageSize');
    expect(fromFlags({ data: 'a.csv' }).config.splitColumn).toBeUndefined();
  });

  it('lets a flag win over the settings of the synthetic world', () => {
    expect(fromFlags({ patchSize: 16 }).config.patchSize).toBe(16);
  });

  it('names an unknown field and the nearest known one', () => {
    expect(() => fromFlags({ epoch: 3 })).toThrow(
      new ConfigError('config: unknown field "epoch". Did you mean "epochs"?'),
    );
  });

  it('says what arrived where a value does not fit', () => {
    expect(() => fromFlags({ epochs: 0 })).toThrow(/config: epochs: .*got 0/);
    expect(() => fromFlags({ fusionStrategy: 'gated' })).toThrow(/fusionStrategy: .*got "gated"/);
    expect(() => fromFlags({ learningRate: Infinity })).toThrow(/learningRate/);
  });

  it('refuses settings that contradict each other', () => {
    expect(() => fromFlags({ imageSize: 50, patchSize: 8 })).toThrow(
      /patchSize must divide imageSize, got 8 and 50. Try patchSize 5/,
    );
    expect(() => fromFlags({ hiddenSize: 64, numAttentionHeads: 5 })).toThrow(
      /numAttentionHeads must divide hiddenSize, got 5 and 64/,
    );
    expect(() => fromFlags({ validationFraction: 0.5, testFraction: 0.5 })).toThrow(/must be below 1, got 0.5 \+ 0.5/);
    expect(() => fromFlags({ freeze: ['('] })).toThrow(/freeze: "\(" is not a regular expression/);
  });

  it('takes small steps where pretrained weights move, larger ones for adapters, and its own for what is frozen', () => {
    const text = { data: 'a.csv', textModel: 'bert-base-uncased' };
    expect(fromFlags(text).config).toMatchObject({ hiddenSize: 256, encoderLearningRate: 2e-5, epochs: 5 });
    expect(fromFlags(text).sources.encoderLearningRate).toBe('pretrained');
    expect(fromFlags({ ...text, lora: 8 }).config).toMatchObject({ encoderLearningRate: 2e-4, epochs: 10 });
    const frozen = fromFlags({ ...text, freeze: ['encoders'] }).config;
    expect(frozen).toMatchObject({ hiddenSize: 256, learningRate: 1e-3, epochs: 20 });
    expect(frozen.encoderLearningRate).toBeUndefined();
    expect(fromFlags({ ...text, encoderLearningRate: 1e-4 }).config.encoderLearningRate).toBe(1e-4);
  });

  it('lets a pretrained image model decide about its patches', () => {
    expect(fromFlags({ imageModel: 'clip' }).config.imageModel).toBe('clip');
    expect(() => fromFlags({ imageModel: 'clip', patchSize: 8 })).toThrow(
      new ConfigError('config: patchSize is decided by imageModel clip, got 8 as well. Leave it out.'),
    );
    expect(() => fromFlags({ textModel: 'bert', textLayers: 2 })).toThrow('textLayers is decided by textModel bert');
  });

  it.each<[Record<string, unknown>, string]>([
    [{ revision: 'main' }, 'config: revision needs textModel or imageModel, got none.'],
    [{ trainLastBlocks: 2 }, 'config: trainLastBlocks needs textModel or imageModel, got none.'],
    [{ lora: 8 }, 'config: lora needs textModel or imageModel, got none.'],
    [{ textModel: 'bert', loraAlpha: 8 }, 'config: loraAlpha needs lora, got none.'],
    [
      { textModel: 'bert', lora: 8, freeze: ['encoders'] },
      'config: how much of an encoder is trained must be said once, got lora and freeze encoders.',
    ],
  ])('refuses %j, which would change nothing or two things at once', (values, message) => {
    expect(() => fromFlags(values)).toThrow(new ConfigError(message));
  });
});
