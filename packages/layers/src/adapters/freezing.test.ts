import { useBackend } from '@crossmodal/testing';
import { ones } from '@tensorflow/tfjs-core';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { Module } from '../modules/Module.js';
import { countBlocks } from './countBlocks.js';
import { encoderPlace } from './encoderPlace.js';
import { freezeEmbeddings } from './freezeEmbeddings.js';
import { trainLastBlocks } from './trainLastBlocks.js';

const architectures = ['bert', 'distilbert', 'roberta', 'clipText', 'clipVision', 'vit'] as const;
type Architecture = (typeof architectures)[number];
/** The names in files that Python saves, of models with three blocks. */
const names = JSON.parse(
  await readFile(new URL('../../fixtures/encoder-paths.json', import.meta.url), 'utf8'),
) as Record<Architecture, readonly string[]>;

/** Parameters of these paths, and nothing else. */
class Named extends Module {
  constructor(paths: readonly string[]) {
    super();
    for (const path of paths) this.parameter(path, ones([1]));
  }

  /** Which are trained: blocks by number, the rest by first names. */
  get trained(): Set<string> {
    const paths = [...this.namedParameters()].flatMap(([path, { trainable }]) => (trainable ? [path] : []));
    return new Set(
      paths.map((path) => /layers?\.(\d+)\./.exec(path)?.[1] ?? path.replace(/(embeddings|\.dense)?\.[^.]*$/, '')),
    );
  }
}

/** What stands above the blocks. */
const tops: Readonly<Record<Architecture, readonly string[]>> = {
  bert: ['pooler'],
  distilbert: [],
  roberta: ['pooler'],
  clipText: ['text_model.final_layer_norm', 'text_projection'],
  clipVision: ['vision_model.post_layernorm', 'visual_projection'],
  vit: ['layernorm', 'pooler'],
};

beforeAll(() => useBackend('cpu'));

describe.each(architectures)('%s', (architecture) => {
  const paths = names[architecture];

  it.each(['', 'textEncoder.', 'model.encoder.'])('has its places under the prefix "%s"', (prefix) => {
    const depths = { embeddings: new Set<number>(), top: new Set<string>() };
    for (const path of paths) {
      const place = encoderPlace(prefix + path);
      const block = /layers?\.(\d+)\./.exec(path)?.[1];
      if (block !== undefined) {
        expect(place, path).toEqual({ encoder: prefix + towerOf(architecture), depth: Number(block) + 1 });
      } else if (place) {
        expect(place.encoder).toBe(prefix + towerOf(architecture));
        depths.embeddings.add(place.depth);
      } else {
        depths.top.add(path.replace(/(\.dense)?\.[^.]*$/, ''));
      }
    }
    expect([...depths.embeddings]).toEqual([0]);
    expect([...depths.top]).toEqual(tops[architecture]);
    expect([...countBlocks(paths.map((path) => prefix + path))]).toEqual([[prefix + towerOf(architecture), 3]]);
  });

  it('trains its last blocks and what lies above them', () => {
    const module = new Named(paths);
    for (const [count, blocks] of [
      [1, ['2']],
      [0, []],
      [2, ['1', '2']],
      [3, ['0', '1', '2']],
    ] as const) {
      trainLastBlocks(module, count);
      expect(module.trained).toEqual(new Set([...blocks, ...tops[architecture]]));
    }
  });

  it('keeps its embeddings as they are', () => {
    const module = new Named(paths);
    freezeEmbeddings(module);
    expect(module.trained).toEqual(new Set(['0', '1', '2', ...tops[architecture]]));
  });
});

it('counts the blocks of each encoder by itself', () => {
  const paths = [
    ...names.bert.map((path) => `textEncoder.${path}`),
    ...names.clipVision.filter((path) => !path.includes('.2.')).map((path) => `imageEncoder.${path}`),
    'fusion.crossAttention.query.weight',
    'classifier.weight',
  ];
  expect([...countBlocks(paths)].sort()).toEqual([
    ['imageEncoder.vision_model.', 2],
    ['textEncoder.', 3],
  ]);
  const module = new Named(paths);
  trainLastBlocks(module, 1);
  const left = [...module.namedParameters()].flatMap(([path, { trainable }]) => (trainable ? [path] : []));
  const blocks = left.flatMap((path) => /^.*layers?\.\d+/.exec(path)?.[0] ?? []);
  expect([...new Set(blocks)]).toEqual(['textEncoder.encoder.layer.2', 'imageEncoder.vision_model.encoder.layers.1']);
  expect(left).toEqual(expect.arrayContaining(['classifier.weight', 'fusion.crossAttention.query.weight']));
  expect(() => trainLastBlocks(module, 3)).toThrow(
    'trainLastBlocks: count must be an integer from 0 to 2, the number of blocks, got 3.',
  );
});

it('refuses counts and modules that it cannot mean, and then changes nothing', () => {
  const module = new Named(names.bert);
  module.freeze();
  for (const count of [-1, 1.5, 4, NaN]) expect(() => trainLastBlocks(module, count)).toThrow(`got ${count}.`);
  expect(module.trained.size).toBe(0);
  const head = new Named(['classifier.weight']);
  expect(() => trainLastBlocks(head, 0)).toThrow(
    'trainLastBlocks: the module must have blocks of an encoder, got none.',
  );
  expect(() => freezeEmbeddings(head)).toThrow(
    'freezeEmbeddings: the module must have embeddings, got 1 other parameters, such as "classifier.weight".',
  );
});

function towerOf(architecture: Architecture): string {
  if (architecture === 'clipText') return 'text_model.';
  return architecture === 'clipVision' ? 'vision_model.' : '';
}
