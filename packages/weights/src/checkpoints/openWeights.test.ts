import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WeightsError } from '../checks/WeightsError.js';
import { type CheckpointFolder } from '../folders/CheckpointFolder.js';
import { folderInMemory } from '../folders/folderInMemory.js';
import { openFolder } from '../folders/openFolder.js';
import { serializeSafetensors } from '../safetensors/serializeSafetensors.js';
import { type CheckpointWeights, openWeights } from './openWeights.js';

const names = {
  ignore: [/^head\./, /position_ids$/],
  rename: [
    [/^bert\./, ''],
    [/gamma$/, 'weight'],
  ],
} as const;

const file = (values: Readonly<Record<string, number[]>>): Uint8Array =>
  serializeSafetensors(
    new Map(
      Object.entries(values).map(([name, data]) => [
        name,
        { dtype: 'F32', shape: [data.length], data: Float32Array.from(data) },
      ]),
    ),
  );
const index = (weightMap: unknown): string => JSON.stringify({ metadata: { total_size: 1 }, weight_map: weightMap });
const open = (files: Readonly<Record<string, Uint8Array | string>>): Promise<CheckpointWeights> =>
  openWeights(folderInMemory(new Map(Object.entries(files))), names, 'Model');

async function valuesOf(weights: CheckpointWeights): Promise<Record<string, number[]>> {
  const values: Record<string, number[]> = {};
  for await (const [path, { data }] of weights.read(weights.shapes)) values[path] = [...data];
  return values;
}

describe('openWeights', () => {
  it('maps the names of one file and leaves out what is not wanted', async () => {
    const weights = await open({
      'model.safetensors': file({ 'bert.norm.gamma': [1, 2], 'head.weight': [3], 'bert.position_ids': [0] }),
    });
    expect(weights.shapes).toEqual(new Map([['norm.weight', [2]]]));
    expect([...weights.ignored].sort()).toEqual(['bert.position_ids', 'head.weight']);
    expect(await valuesOf(weights)).toEqual({ 'norm.weight': [1, 2] });
  });

  it('reads the shards of an index as one', async () => {
    const weights = await open({
      'model.safetensors.index.json': index({ a: 'one.safetensors', b: 'two.safetensors', c: 'one.safetensors' }),
      'one.safetensors': file({ a: [1], c: [3] }),
      'two.safetensors': file({ b: [2, 2] }),
    });
    expect(await valuesOf(weights)).toEqual({ a: [1], b: [2, 2], c: [3] });
  });

  it('reads files of PyTorch where there is no safetensors file', async () => {
    const bytes = readFileSync(join(import.meta.dirname, '../../fixtures/torch.bin'));
    const ours = { ignore: [/^(?!matrix$|transposed$)/], rename: [] };
    const whole = await openWeights(folderInMemory(new Map([['pytorch_model.bin', bytes]])), ours, 'Model');
    expect(whole.shapes.get('transposed')).toEqual([4, 3]);
    const read = await valuesOf(whole);
    const matrix = read.matrix ?? [];
    expect(read.transposed).toEqual(matrix.map((_, i) => matrix[(i % 3) * 4 + Math.floor(i / 3)]));
  });

  it('reads a file of another name, and a state dict inside it', async () => {
    const fixtures = openFolder(join(import.meta.dirname, '../../fixtures'));
    const none = { ignore: [], rename: [] };
    const nested = await openWeights(fixtures, none, 'Model', { file: 'torch-nested.pth', key: 'state_dict' });
    expect(nested.location).toMatch(/^Model: .*fixtures\/torch-nested.pth$/);
    expect(nested.shapes).toEqual(new Map([['a', [3, 4]]]));
    await nested.close();
    const half = { ignore: [/^(?!half)/], rename: [] };
    const other = await openWeights(fixtures, half, 'Model', { file: 'golden.safetensors' });
    expect([...other.shapes.keys()]).toEqual(['half']);
    await other.close();
    await expect(openWeights(fixtures, none, 'Model', { file: 'torch-nested.pth' })).rejects.toThrow(
      'Pass key: one of "state_dict"',
    );
    await expect(openWeights(fixtures, none, 'Model', { file: 'model.pt' })).rejects.toThrow('"model.pt" must be');
  });

  it('compares before it reads', async () => {
    const weights = await open({ 'model.safetensors': file({ a: [1], b: [2] }) });
    const expected = new Map([
      ['a', [2]],
      ['c', [1]],
    ]);
    const first = weights.read(expected)[Symbol.asyncIterator]().next();
    await expect(first).rejects.toThrow(WeightsError);
    await expect(first).rejects.toMatchObject({ missing: ['c'], unexpected: ['b'] });
  });

  it('refuses two names for one path, and a folder without weights', async () => {
    await expect(open({ 'model.safetensors': file({ 'bert.a': [1], a: [2] }) })).rejects.toThrow(
      'Model: memory/model.safetensors: each weight must be there once, got "a" under two names.',
    );
    await expect(open({ 'config.json': '{}' })).rejects.toThrow(
      'Model: memory must hold one of model.safetensors, model.safetensors.index.json, pytorch_model.bin, pytorch_model.bin.index.json; found none.',
    );
  });

  it.each([
    ['no map', '{}', 'weight_map must be an object that names the file of each tensor, got none.'],
    ['an empty map', index({}), 'weight_map must be an object that names the file of each tensor, got none.'],
    ['a map that is a list', index(['one.safetensors']), 'weight_map must be an object'],
    ['a number for a file', index({ a: 1 }), 'weight_map["a"] must be a file name, got number.'],
    ['a file in another folder', index({ a: 'sub/one.safetensors' }), 'a shard must lie beside its index'],
    ['a file above the folder', index({ a: '../one.safetensors' }), '../one.safetensors'],
    ['a tensor that the file lacks', index({ a: 'one.safetensors', b: 'one.safetensors' }), '1 missing (b)'],
    [
      'a tensor in the wrong file',
      index({ a: 'two.safetensors', c: 'one.safetensors' }),
      'missing (a); 1 unexpected (c)',
    ],
    ['a file that is not there', index({ a: 'three.safetensors' }), 'three.safetensors'],
  ])('refuses an index with %s', async (_, content, message) => {
    await expect(
      open({
        'model.safetensors.index.json': content,
        'one.safetensors': file({ a: [1] }),
        'two.safetensors': file({ c: [1] }),
      }),
    ).rejects.toThrow(message);
  });

  it('closes every file, whether it opens or refuses', async () => {
    const files = new Map<string, Uint8Array | string>([
      ['model.safetensors.index.json', index({ a: 'one.safetensors', b: 'two.safetensors' })],
      ['one.safetensors', file({ a: [1] })],
      ['two.safetensors', file({ b: [1] })],
    ]);
    let opened = 0;
    const inner = folderInMemory(files);
    const counting: CheckpointFolder = {
      ...inner,
      open: async (name) => {
        const one = await inner.open(name);
        opened += 1;
        return {
          ...one,
          close: () => {
            opened -= 1;
            return one.close();
          },
        };
      },
    };
    const weights = await openWeights(counting, names, 'Model');
    expect(opened).toBe(2);
    await weights.close();
    expect(opened).toBe(0);
    files.set('two.safetensors', 'no tensors here');
    await expect(openWeights(counting, names, 'Model')).rejects.toThrow();
    expect(opened).toBe(0);
  });

  it('reads only the bytes of the tensors that are wanted', async () => {
    const ranges: number[] = [];
    const inner = folderInMemory(
      new Map([['model.safetensors', file({ 'head.big': new Array<number>(500).fill(1), a: [1] })]]),
    );
    const watched: CheckpointFolder = {
      ...inner,
      open: async (name) => {
        const one = await inner.open(name);
        return { ...one, read: (start, length) => (ranges.push(length), one.read(start, length)) };
      },
    };
    const weights = await openWeights(watched, names, 'Model');
    ranges.length = 0;
    expect(await valuesOf(weights)).toEqual({ a: [1] });
    expect(ranges).toEqual([4]);
  });

  it('says where a folder on the disk holds no weights', async () => {
    await expect(openWeights(openFolder(import.meta.dirname), names, 'Model')).rejects.toThrow('found none');
  });
});
