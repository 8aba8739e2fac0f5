import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixtures } from './__fixtures__/goldenTensors.js';
import { defaultVitConfig } from './VitConfig.js';
import { formatVitConfig, parseVitConfig } from './vitConfigFile.js';

const readJson = async (name: string): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join(fixtures, name), 'utf8')) as Record<string, unknown>;

describe('the config.json of a ViT', () => {
  it('has the defaults of google/vit-base-patch16-224, which are those of Python', async () => {
    const { vit } = await readJson('configs.json');
    expect(parseVitConfig(vit, 'transformers')).toEqual(defaultVitConfig);
    expect(parseVitConfig({ model_type: 'vit' }, 'empty')).toEqual(defaultVitConfig);
  });

  it('is written in the words of Python', async () => {
    const python = await readJson('encoders/vit-b/config.json');
    const { torch_dtype: dtype, ...fields } = JSON.parse(
      formatVitConfig(parseVitConfig(python, 'vit-b'), 'ViTModel'),
    ) as Record<string, unknown>;
    expect(python).toEqual({
      ...fields,
      dtype,
      encoder_stride: 16,
      pooler_act: 'tanh',
      pooler_output_size: 16,
      transformers_version: '5.24.0',
    });
  });

  it('keeps the point of whole fractions, which transformers 5 insists on', () => {
    const text = formatVitConfig({ ...defaultVitConfig, layerNormEps: 1, initializerRange: 2 }, 'ViTModel');
    expect(text).toMatch(/"initializer_range": 2\.0,\n/);
    expect(text).toMatch(/"layer_norm_eps": 1\.0,\n/);
    expect(text).toMatch(/"hidden_dropout_prob": 0\.0,\n/);
    expect(text).toMatch(/"attention_probs_dropout_prob": 0\.0,\n/);
    expect(text).toMatch(/"hidden_size": 768,\n/);
  });

  const refused: readonly [unknown, string][] = [
    [null, 'file must be a JSON object, got null.'],
    [{}, 'file: model_type must be "vit", got undefined.'],
    [{ model_type: 'deit' }, 'file: model_type must be "vit", got "deit".'],
    [{ model_type: 'vit', pooler_act: 'relu' }, 'file: pooler_act must be "tanh", got "relu".'],
    [{ model_type: 'vit', pooler_output_size: 5 }, 'file: pooler_output_size must be 768, got 5.'],
    [{ model_type: 'vit', image_size: [224, 224] }, 'file: image_size must be a number, got [224,224].'],
    [{ model_type: 'vit', hidden_size: 10 }, 'file: numAttentionHeads must be a divisor of hiddenSize 10, got 12.'],
  ];
  it.each(refused)('refuses %j', (content, message) => {
    expect(() => parseVitConfig(content, 'file')).toThrow(message);
  });
});
