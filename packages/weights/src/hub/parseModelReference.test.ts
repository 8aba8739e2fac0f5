import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HubError } from './HubError.js';
import { hubSettings } from './hubSettings.js';
import { assertRevision, parseModelReference } from './parseModelReference.js';
import { isWholeModel, selectDescriptions, selectModelFiles } from './selectModelFiles.js';

describe('parseModelReference', () => {
  it.each<[string, string, string | undefined]>([
    ['bert-base-uncased', 'bert-base-uncased', undefined],
    ['openai/clip-vit-base-patch32', 'openai/clip-vit-base-patch32', undefined],
    ['org/name@v1.0', 'org/name', 'v1.0'],
    ['org/name@refs/pr/12', 'org/name', 'refs/pr/12'],
  ])('reads %s', (text, id, revision) => {
    expect(parseModelReference(text)).toEqual({ id, revision });
  });

  it.each([
    '',
    '..',
    '../x',
    'a/../b',
    'a/b/c',
    'a\\b',
    '/a',
    'a/',
    'a b',
    'a--b',
    'https://x/y',
    'a.git',
    'é/x',
    `a/${'b'.repeat(97)}`,
  ])('refuses the name %j', (text) => {
    expect(() => parseModelReference(text)).toThrow(HubError);
  });

  it.each(['', '../main', 'a/../b', '/etc', 'a\\b', 'a b', '.hidden', 'a//b', 'C:x', 'a/.b', 'aux', 'x/nul.1', 'a.'])(
    'refuses the revision %j',
    (revision) => {
      expect(() => assertRevision(revision)).toThrow('a revision must be the name of a branch');
    },
  );
});

describe('hubSettings', () => {
  it('reads the variables of Python in its order', () => {
    const home = homedir();
    expect(hubSettings({ HF_TOKEN: 'a' })).toEqual({
      endpoint: 'https://huggingface.co',
      cacheDir: join(home, '.cache/huggingface/hub'),
      token: 'a',
      offline: false,
    });
    expect(hubSettings({ XDG_CACHE_HOME: '/x' }).cacheDir).toBe('/x/huggingface/hub');
    expect(hubSettings({ XDG_CACHE_HOME: '/x', HF_HOME: '/h' }).cacheDir).toBe('/h/hub');
    expect(hubSettings({ HF_HOME: '/h', HUGGINGFACE_HUB_CACHE: '/o' }).cacheDir).toBe('/o');
    expect(hubSettings({ HUGGINGFACE_HUB_CACHE: '/o', HF_HUB_CACHE: '~/c' }).cacheDir).toBe(join(home, 'c'));
    expect(hubSettings({ HF_ENDPOINT: 'https://mirror.example/' }).endpoint).toBe('https://mirror.example');
    expect(hubSettings({ HF_HUB_OFFLINE: 'YES' }).offline).toBe(true);
    expect(hubSettings({ TRANSFORMERS_OFFLINE: '1' }).offline).toBe(true);
    expect(hubSettings({ HF_HUB_OFFLINE: '0' }).offline).toBe(false);
    expect(hubSettings({ HF_TOKEN: 'a', HF_HUB_DISABLE_IMPLICIT_TOKEN: '1' }).token).toBeUndefined();
  });
});

describe('selectModelFiles', () => {
  const more = ['README.md', 'tf_model.h5', 'flax_model.msgpack', 'onnx/model.onnx', 'config.json', 'vocab.txt'];
  it.each<[string[], string[]]>([
    [['model.safetensors', 'pytorch_model.bin'], ['model.safetensors']],
    [['pytorch_model.bin', 'training_args.bin'], ['pytorch_model.bin']],
    [
      [
        'model.safetensors.index.json',
        'model-00001-of-00002.safetensors',
        'model-00002-of-00002.safetensors',
        'pytorch_model.bin',
      ],
      ['model.safetensors.index.json', 'model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'],
    ],
    [[], []],
  ])('takes one format of %j', (files, chosen) => {
    expect(selectModelFiles([...more, ...files])).toEqual(['config.json', 'vocab.txt', ...chosen]);
    expect(selectDescriptions([...more, ...files])).toEqual(['config.json', 'vocab.txt']);
  });

  it('knows a whole model', () => {
    const shards = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
    const index = 'model.safetensors.index.json';
    expect(isWholeModel(['config.json', 'pytorch_model.bin'])).toBe(true);
    expect(isWholeModel(['config.json', index, ...shards])).toBe(true);
    expect(isWholeModel(['config.json', index, ...shards.slice(1)])).toBe(false);
    expect(isWholeModel(['config.json', index])).toBe(false);
    expect(isWholeModel(['config.json', 'vocab.txt'])).toBe(false);
    expect(isWholeModel(['model.safetensors'])).toBe(false);
  });
});
