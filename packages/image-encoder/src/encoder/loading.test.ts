import { readParameters } from '@crossmodal/layers';
import { expectNoLeaks, useBackend } from '@crossmodal/testing';
import {
  type CheckpointFolder,
  folderInMemory,
  openFolder,
  openWeights,
  parseSafetensors,
  serializeSafetensors,
  type TensorData,
} from '@crossmodal/weights';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixtures } from './__fixtures__/goldenTensors.js';
import { ClipVisionEncoder } from './ClipVisionEncoder.js';
import { clipVisionNames } from './publishedNames.js';

const both = join(fixtures, 'both-towers');
const published = parseSafetensors(await readFile(join(both, 'model.safetensors')));
const configText = await readFile(join(both, 'config.json'), 'utf8');

describe('clipVisionNames', () => {
  it('leave out the text tower, the temperature and the counters, and nothing that they do not know', async () => {
    const weights = await openWeights(openFolder(both), clipVisionNames, 'test');
    expect(weights.ignored.filter((name) => !name.startsWith('text_model.')).sort()).toEqual([
      'logit_scale',
      'text_projection.weight',
      'vision_model.embeddings.position_ids',
    ]);
    await weights.close();
    const names = ['vision_model.extra', 'classifier.weight', 'my_text_model.weight', 'logit_scale.bias'];
    const unknown = memoryFolder('', new Map(names.map((name) => [name, values([1])])));
    expect([...(await openWeights(unknown, clipVisionNames, 'test')).shapes.keys()]).toEqual(names.sort());
  });
});

describe('ClipVisionEncoder.load', () => {
  beforeAll(() => useBackend('cpu'));

  const wrong: readonly [string, (tensors: Map<string, TensorData>) => void, string][] = [
    ['a missing weight', (tensors) => tensors.delete('visual_projection.weight'), 'visual_projection.weight'],
    ['an unexpected weight', (tensors) => tensors.set('vision_model.extra', values([2])), 'vision_model.extra'],
    [
      'a weight of another shape',
      (tensors) => tensors.set('vision_model.embeddings.class_embedding', values([9])),
      'vision_model.embeddings.class_embedding',
    ],
  ];
  it.each(wrong)('refuses %s and leaves no tensor behind', async (_name, change, message) => {
    const tensors = new Map(published);
    change(tensors);
    const folder = memoryFolder(
      configText,
      new Map([...tensors].filter(([name]) => !name.endsWith('position_ids')).map(asFloat32)),
    );
    await expectNoLeaks(async () => {
      await expect(ClipVisionEncoder.load(folder)).rejects.toThrow(message);
      await expect(ClipVisionEncoder.load(folder)).rejects.toThrow('ClipVisionEncoder: memory/model.safetensors');
    });
  });

  it('names the configuration that it cannot use', async () => {
    const folder = memoryFolder('{"model_type":"bert"}', new Map());
    await expect(ClipVisionEncoder.load(folder)).rejects.toThrow(
      'ClipVisionEncoder: memory/config.json: model_type must be "clip" or "clip_vision_model", got "bert".',
    );
    const odd = memoryFolder('{"model_type":"clip_vision_model","hidden_size":10}', new Map());
    await expect(ClipVisionEncoder.load(odd)).rejects.toThrow(
      'numAttentionHeads must be a divisor of hiddenSize 10, got 12.',
    );
  });

  it('reads back what files() gives', async () => {
    const encoder = await ClipVisionEncoder.load(both);
    const files = await encoder.files();
    const bytes = files.get('model.safetensors');
    const tensors = parseSafetensors(bytes instanceof Uint8Array ? bytes : new Uint8Array());
    const again = await ClipVisionEncoder.load(memoryFolder(String(files.get('config.json')), tensors));
    expect(again.config).toEqual(encoder.config);
    expect(await readParameters(again)).toEqual(await readParameters(encoder));
    encoder.dispose();
    again.dispose();
  });
});

function values(shape: readonly number[]): TensorData {
  return { dtype: 'F32', shape, data: new Float32Array(shape.reduce((size, side) => size * side, 1)) };
}

/** Float16 arrives widened; only its name is left to change. */
function asFloat32([name, { shape, data }]: [string, TensorData]): [string, TensorData] {
  return [name, { dtype: 'F32', shape, data: Float32Array.from(data as Float32Array) }];
}

function memoryFolder(config: string, tensors: ReadonlyMap<string, TensorData>): CheckpointFolder {
  return folderInMemory(
    new Map<string, Uint8Array | string>([
      ['config.json', config],
      ['model.safetensors', serializeSafetensors(tensors)],
    ]),
  );
}
