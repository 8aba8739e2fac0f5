import { readParameters } from '@crossmodal/layers';
import { useBackend } from '@crossmodal/testing';
import { folderInMemory, parseSafetensors, serializeSafetensors, type TensorData } from '@crossmodal/weights';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixtures } from './__fixtures__/goldenTensors.js';
import { AutoImageEncoder } from './AutoImageEncoder.js';
import { VitForImageClassification } from './VitForImageClassification.js';

const bare = (name: string): string => name.replace(/^vit\./, '');
const module: readonly (readonly [RegExp, string])[] = [
  [/encoder\.layer\./, 'layers.'],
  [/attention\.attention\.query/, 'attention.q_proj'],
  [/attention\.attention\.key/, 'attention.k_proj'],
  [/attention\.attention\.value/, 'attention.v_proj'],
  [/attention\.output\.dense/, 'attention.o_proj'],
  [/intermediate\.dense/, 'mlp.fc1'],
  [/(\d\.)output\.dense/, '$1mlp.fc2'],
];
const inModule = (name: string): string => module.reduce((path, [from, to]) => path.replace(from, to), name);
const one: TensorData = { dtype: 'F32', shape: [1], data: new Float32Array(1) };
const counters: TensorData = { dtype: 'I64', shape: [1, 2], data: new BigInt64Array([0n, 1n]) };

/** How the same values are spelt elsewhere, and what lies beside them. */
const spellings: readonly (readonly [
  title: string,
  folder: string,
  rename: (name: string) => string,
  beside: Readonly<Record<string, TensorData>>,
])[] = [
  [
    'a whole CLIP model',
    'clip-a',
    (name) => name,
    {
      'text_model.embeddings.position_ids': counters,
      'text_model.encoder.layers.0.self_attn.q_proj.weight': one,
      'text_projection.weight': one,
      logit_scale: one,
      'vision_model.embeddings.position_ids': counters,
    },
  ],
  // As transformers 4 saved a tower without its projection.
  ['a CLIP tower without its projection', 'clip-d', (name) => `vision_model.${name}`, {}],
  ['a ViT with a head', 'vit-a', (name) => `vit.${name}`, { 'classifier.weight': one, 'classifier.bias': one }],
  [
    'a ViT for masked pictures',
    'vit-b',
    (name) => `vit.${name}`,
    { 'vit.embeddings.mask_token': one, 'decoder.0.weight': one, 'decoder.0.bias': one },
  ],
  ['a ViT named by its modules', 'vit-a', inModule, { 'embeddings.mask_token': one }],
  ['a ViT without its head', 'vit-c', bare, {}],
];

describe('published names', () => {
  beforeAll(() => useBackend('cpu'));

  it.each(spellings)('of %s mean the same weights', async (_, name, rename, beside) => {
    const folder = join(fixtures, 'encoders', name);
    const published = parseSafetensors(await readFile(join(folder, 'model.safetensors')));
    const renamed = [...published].map(([path, value]): [string, TensorData] => [rename(path), value]);
    const respelt = folderInMemory(
      new Map<string, Uint8Array | string>([
        ['config.json', await readFile(join(folder, 'config.json'), 'utf8')],
        ['model.safetensors', serializeSafetensors(new Map([...renamed, ...Object.entries(beside)]))],
      ]),
    );
    const [expected, found] = [await AutoImageEncoder.load(folder), await AutoImageEncoder.load(respelt)];
    expect(await readParameters(found)).toEqual(await readParameters(expected));
    expected.dispose();
    found.dispose();
  });

  it('of a classifier lead to the classifier, named by its modules too and beside a pooler', async () => {
    const folder = join(fixtures, 'encoders', 'vit-c');
    const published = parseSafetensors(await readFile(join(folder, 'model.safetensors')));
    const renamed = [...published].map(([path, value]): [string, TensorData] => [inModule(path), value]);
    const respelt = folderInMemory(
      new Map<string, Uint8Array | string>([
        ['config.json', await readFile(join(folder, 'config.json'), 'utf8')],
        ['model.safetensors', serializeSafetensors(new Map([...renamed, ['vit.pooler.dense.weight', one]]))],
      ]),
    );
    const expected = await VitForImageClassification.load(folder);
    const found = await VitForImageClassification.load(respelt);
    expect(await readParameters(found)).toEqual(await readParameters(expected));
    expected.dispose();
    found.dispose();
  });

  it('that nobody knows are refused', async () => {
    const folder = join(fixtures, 'encoders', 'vit-a');
    const published = parseSafetensors(await readFile(join(folder, 'model.safetensors')));
    for (const name of ['encoder.extra', 'distillation_token', 'my_classifier.weight', 'classifier.dense.weight']) {
      const odd = folderInMemory(
        new Map<string, Uint8Array | string>([
          ['config.json', await readFile(join(folder, 'config.json'), 'utf8')],
          ['model.safetensors', serializeSafetensors(new Map([...published, [name, one]]))],
        ]),
      );
      await expect(AutoImageEncoder.load(odd)).rejects.toThrow(name);
    }
  });
});
