import { type CheckpointFolder, folderInMemory } from '@crossmodal/weights';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ImageProcessor } from './ImageProcessor.js';
import { defaultClipImageProcessorConfig, defaultVitImageProcessorConfig } from './ImageProcessorConfig.js';

const fixtures = new URL('../../fixtures/', import.meta.url);

// What files of all forms mean in pixels is in ImageProcessor.test.ts.
describe('the file of an image processor', () => {
  it('has the defaults that openai/clip-vit-base-patch32 publishes', async () => {
    const published = await ImageProcessor.load(fileURLToPath(new URL('clip-vit-base-patch32', fixtures)));
    expect(published.config).toEqual(defaultClipImageProcessorConfig);
    expect(new ImageProcessor().config).toEqual(defaultClipImageProcessorConfig);
    expect(new ImageProcessor().size).toBe(224);
  });

  it('writes the file that Python writes, and reads it back', async () => {
    const defaults = JSON.parse(await readFile(new URL('transformers-defaults.json', fixtures), 'utf8')) as {
      preprocessor: unknown;
    };
    const text = new ImageProcessor().files().get('preprocessor_config.json');
    expect(JSON.parse(text ?? '')).toEqual(defaults.preprocessor);

    const parent = await mkdtemp(join(tmpdir(), 'processor-'));
    const original = new ImageProcessor({
      size: { height: 10, width: 12 },
      cropSize: 8,
      resample: 'lanczos',
      doNormalize: false,
      imageMean: [0.1, 0.2, 0.3],
      doConvertRgb: false,
    });
    await original.save(join(parent, 'saved'));
    const loaded = await ImageProcessor.load(join(parent, 'saved'));
    expect(loaded.config).toEqual(original.config);
    await rm(parent, { recursive: true });
  });

  it('takes one number for a channel statistic, as Python does', async () => {
    const processor = await ImageProcessor.load(folderOf({ image_mean: 0.5, image_std: 0.25 }));
    expect(processor.config.imageMean).toEqual([0.5, 0.5, 0.5]);
    expect(processor.config.imageStd).toEqual([0.25, 0.25, 0.25]);
  });

  it('takes what is missing from the class that it names, in each spelling', async () => {
    const expected = {
      CLIPImageProcessor: defaultClipImageProcessorConfig,
      ViTImageProcessor: defaultVitImageProcessorConfig,
    };
    for (const [type, config] of Object.entries(expected)) {
      const names = [type, `${type}Fast`, `${type}Pil`].map((name) => ({ image_processor_type: name }));
      const old = { feature_extractor_type: type.replace('ImageProcessor', 'FeatureExtractor') };
      for (const content of [...names, old]) {
        expect((await ImageProcessor.load(folderOf(content))).config).toEqual(config);
      }
    }
  });

  it('takes the class from the model beside it where it names none', async () => {
    const file = ['preprocessor_config.json', '{"size":30,"crop_size":30}'] as const;
    for (const [model, type] of [
      ['clip', 'CLIPImageProcessor'],
      ['clip_vision_model', 'CLIPImageProcessor'],
      ['vit', 'ViTImageProcessor'],
    ]) {
      const folder = folderInMemory(new Map([file, ['config.json', JSON.stringify({ model_type: model })]]));
      expect((await ImageProcessor.load(folder)).config.imageProcessorType).toBe(type);
    }
    const message = 'image_processor_type must be one of CLIPImageProcessor, ViTImageProcessor, got undefined.';
    await expect(ImageProcessor.load(folderInMemory(new Map([file])))).rejects.toThrow(message);
    const other = folderInMemory(new Map([file, ['config.json', '{"model_type":"beit"}']]));
    await expect(ImageProcessor.load(other)).rejects.toThrow(message);
  });

  it('is read from processor_config.json first, as in Python, if that holds one', async () => {
    const preprocessor = ['preprocessor_config.json', '{"image_processor_type":"ViTImageProcessor"}'] as const;
    const nested = { image_processor: { image_processor_type: 'CLIPImageProcessor', resample: 5 } };
    const both = folderInMemory(new Map([preprocessor, ['processor_config.json', JSON.stringify(nested)]]));
    expect((await ImageProcessor.load(both)).config.resample).toBe('hamming');
    const plain = folderInMemory(new Map([preprocessor, ['processor_config.json', '{"processor_class":"x"}']]));
    expect((await ImageProcessor.load(plain)).config).toEqual(defaultVitImageProcessorConfig);

    const wrong = { image_processor: { ...nested.image_processor, crop_size: 'x' } };
    await expect(
      ImageProcessor.load(folderInMemory(new Map([['processor_config.json', JSON.stringify(wrong)]]))),
    ).rejects.toThrow('ImageProcessor: memory/processor_config.json: crop_size must be');
  });

  it('keeps fields that change no pixels, and drops those that Python drops', async () => {
    const kept = {
      custom: { a: [1] },
      do_pad: false,
      pad_size: { height: 9, width: 9 },
      data_format: 'channels_first',
    };
    const processor = await ImageProcessor.load(folderOf({ ...kept, processor_class: 'CLIPProcessor', device: null }));
    expect(processor.config).toEqual({ ...defaultClipImageProcessorConfig, otherFields: kept });
    const text = processor.files().get('preprocessor_config.json') ?? '';
    expect(JSON.parse(text)).toMatchObject(kept);
    expect(text).not.toContain('processor_class');
    const names = Object.keys(JSON.parse(text) as object);
    expect(names).toEqual([...names].sort());
  });

  const unreadable: readonly [object, string][] = [
    [[1], 'ImageProcessor: memory/preprocessor_config.json must be a JSON object, got [1].'],
    [{ do_resize: 'yes' }, 'do_resize must be true or false, got "yes".'],
    [
      { size: { longest_edge: 9 } },
      'size must be a number, {shortest_edge} or {height, width}, got {"longest_edge":9}.',
    ],
    [{ size: { shortest_edge: 5, longest_edge: 9 } }, 'got {"shortest_edge":5,"longest_edge":9}.'],
    [{ crop_size: '9' }, 'crop_size must be a number or {height, width}, got "9".'],
    [
      { resample: 6 },
      'resample must be one of 0 (nearest), 1 (lanczos), 2 (bilinear), 3 (bicubic), 4 (box), 5 (hamming), got 6.',
    ],
    [{ rescale_factor: '1' }, 'rescale_factor must be a number, got "1".'],
    [{ image_mean: 'x' }, 'image_mean must be a list of three numbers, got "x".'],
    [{ image_std: [1, '2', 3] }, 'image_std must be a number, got "2".'],
    [
      { image_processor_type: 'BeitImageProcessor' },
      'image_processor_type must be one of CLIPImageProcessor, ViTImageProcessor, got "BeitImageProcessor".',
    ],
    [{ size: null }, 'size must be a number, {shortest_edge} or {height, width}, got null.'],
    [{ image_processor_type: 'ViTImageProcessor', do_center_crop: true, crop_size: null }, 'crop_size must be'],
    [{ do_flip_channel_order: true }, 'do_flip_channel_order must be false or absent, got true.'],
    [{ do_thumbnail: 1 }, 'do_thumbnail must be false or absent, got 1.'],
    [{ do_pad: true }, 'do_pad must be false or absent, got true. Prepare such pictures in Python.'],
    [{ use_square_size: true }, 'use_square_size must be false or absent, got true.'],
  ];
  it.each(unreadable)('refuses the file %j', async (content, message) => {
    await expect(ImageProcessor.load(folderOf(content))).rejects.toThrow(message);
  });
});

/** A folder with one file, CLIP's unless it says otherwise. */
function folderOf(fields: object): CheckpointFolder {
  const isTold = Array.isArray(fields) || 'feature_extractor_type' in fields;
  const content = isTold ? fields : { image_processor_type: 'CLIPImageProcessor', ...fields };
  return folderInMemory(new Map([['preprocessor_config.json', JSON.stringify(content)]]));
}
