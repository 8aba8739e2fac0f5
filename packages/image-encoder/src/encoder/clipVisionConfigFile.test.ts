import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixtures } from './__fixtures__/goldenTensors.js';
import { defaultClipVisionConfig } from './ClipVisionConfig.js';
import { formatClipVisionConfig, parseClipVisionConfig } from './clipVisionConfigFile.js';

const readJson = async (name: string): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join(fixtures, name), 'utf8')) as Record<string, unknown>;

describe('the config.json of a vision encoder', () => {
  it('has the defaults of openai/clip-vit-base-patch32, which are those of Python', async () => {
    const published = await readJson('clip-vit-base-patch32/config.json');
    expect(parseClipVisionConfig(published, 'published')).toEqual(defaultClipVisionConfig);
    const { vision } = await readJson('transformers-defaults.json');
    expect(parseClipVisionConfig(vision, 'transformers')).toEqual(defaultClipVisionConfig);
    expect(parseClipVisionConfig({ model_type: 'clip_vision_model' }, 'empty')).toEqual(defaultClipVisionConfig);
  });

  it('is written in the words of Python', async () => {
    const python = await readJson('gelu/config.json');
    const written = formatClipVisionConfig(parseClipVisionConfig(python, 'gelu'));
    const { torch_dtype: dtype, ...fields } = JSON.parse(written) as Record<string, unknown>;
    expect(python).toEqual({ ...fields, dtype, transformers_version: '5.24.0' });
  });

  it('names the class of Python that has no projection where there is none', async () => {
    const python = await readJson('encoders/clip-d/config.json');
    const written = formatClipVisionConfig(parseClipVisionConfig(python, 'clip-d'), { hasProjection: false });
    const { torch_dtype: dtype, ...fields } = JSON.parse(written) as Record<string, unknown>;
    expect(fields.architectures).toEqual(['CLIPVisionModel']);
    expect(python).toEqual({ ...fields, dtype, transformers_version: '5.24.0' });
  });

  it('keeps the point of whole fractions, which transformers 5 insists on', () => {
    const text = formatClipVisionConfig({
      ...defaultClipVisionConfig,
      layerNormEps: 1,
      initializerRange: 2,
      attentionDropout: 0,
    });
    expect(text).toMatch(/"initializer_factor": 1\.0,\n/);
    expect(text).toMatch(/"initializer_range": 2\.0,\n/);
    expect(text).toMatch(/"layer_norm_eps": 1\.0,\n/);
    expect(text).toMatch(/"attention_dropout": 0\.0,\n/);
    expect(text).toMatch(/"hidden_size": 768,\n/);
  });

  it('survives writing and reading with every field changed', () => {
    const config = {
      hiddenSize: 30,
      intermediateSize: 31,
      projectionDim: 32,
      numHiddenLayers: 33,
      numAttentionHeads: 3,
      numChannels: 3,
      imageSize: 35,
      patchSize: 34,
      hiddenAct: 'gelu',
      layerNormEps: 0.37,
      attentionDropout: 0.38,
      initializerRange: 0.39,
      initializerFactor: 0.4,
    } as const;
    const written: unknown = JSON.parse(formatClipVisionConfig(config));
    expect(parseClipVisionConfig(written, 'written')).toEqual(config);
  });

  it('takes the vision part of a whole CLIP model, and its projection', () => {
    const vision = { hidden_size: 24, image_size: 64, projection_dim: 512 };
    expect(parseClipVisionConfig({ model_type: 'clip', projection_dim: 7, vision_config: vision }, 'clip')).toEqual({
      ...defaultClipVisionConfig,
      hiddenSize: 24,
      imageSize: 64,
      projectionDim: 7,
    });
    for (const absent of [{ vision_config: null }, { vision_config: {}, vision_config_dict: null }, {}]) {
      expect(parseClipVisionConfig({ model_type: 'clip', ...absent }, 'clip')).toEqual(defaultClipVisionConfig);
    }
  });

  it.each(['B/32', 'B/16', 'L/14', 'L/14-336', 'repeated', 'no projection', 'nothing'])(
    'means what transformers reads in a published form: %s',
    async (name) => {
      const { [name]: form } = await readJson('configs.json');
      const { published, meaning } = form as { published: unknown; meaning: Record<string, unknown> };
      expect(parseClipVisionConfig(published, name)).toEqual(
        parseClipVisionConfig({ ...meaning, model_type: 'clip_vision_model' }, name),
      );
    },
  );

  const refused: readonly [unknown, string][] = [
    ['text', 'file must be a JSON object, got "text".'],
    [null, 'file must be a JSON object, got null.'],
    [{ model_type: 'bert' }, 'file: model_type must be "clip" or "clip_vision_model", got "bert".'],
    [{}, 'file: model_type must be "clip" or "clip_vision_model", got undefined.'],
    [{ model_type: 'clip', vision_config: [1] }, 'file: vision_config must be a JSON object, got [1].'],
    [{ model_type: 'clip_vision_model', image_size: [224, 224] }, 'file: image_size must be a number, got [224,224].'],
    [{ model_type: 'clip_vision_model', hidden_act: 1 }, 'file: hidden_act must be a string, got 1.'],
  ];
  it.each(refused)('refuses %j', (content, message) => {
    expect(() => parseClipVisionConfig(content, 'file')).toThrow(message);
  });
});
