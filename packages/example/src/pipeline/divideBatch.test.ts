import type { PaddedFeature } from '@crossmodal/training';
import { expect, it } from 'vitest';
import { divideBatch } from './divideBatch.js';
import type { EncodedBatch } from './EncodedBatch.js';

const floats = (size: number): Float32Array => Float32Array.from({ length: size }, (_, i) => i / 8);
const integers = (size: number): Int32Array => Int32Array.from({ length: size }, (_, i) => i);
const states: PaddedFeature = { shape: [5, 2, 3], data: floats(30), mask: integers(10) };
const vectors: PaddedFeature = { shape: [5, 3], data: floats(15), mask: undefined };

const batch: EncodedBatch = {
  ids: ['a', 'b', 'c', 'd'],
  rows: 5,
  length: 2,
  inputIds: integers(10),
  attentionMask: integers(10),
  pixelValues: floats(5 * 12),
  imageMask: integers(5),
  imageSize: 2,
  textFeatures: new Map([['lastHiddenState', states]]),
  imageFeatures: new Map([['imageEmbeds', vectors]]),
  labels: integers(5),
};

it('gives each part its rows of everything, as views', () => {
  const parts = divideBatch(batch, 2);
  expect(parts.map(({ ids, rows }) => ({ ids, rows }))).toEqual([
    { ids: ['a', 'b'], rows: 2 },
    { ids: ['c', 'd'], rows: 2 },
    { ids: [], rows: 1 },
  ]);
  const [, second, third] = parts;
  expect(second).toMatchObject({ length: 2, imageSize: 2 });
  expect([...second!.inputIds]).toEqual([4, 5, 6, 7]);
  expect([...second!.attentionMask]).toEqual([4, 5, 6, 7]);
  expect(second!.pixelValues).toEqual(floats(60).subarray(24, 48));
  expect([...second!.imageMask]).toEqual([2, 3]);
  expect([...second!.labels]).toEqual([2, 3]);
  expect(third!.textFeatures!.get('lastHiddenState')).toEqual({
    shape: [1, 2, 3],
    data: floats(30).subarray(24),
    mask: integers(10).subarray(8),
  });
  expect(third!.imageFeatures!.get('imageEmbeds')).toEqual({
    shape: [1, 3],
    data: floats(15).subarray(12),
    mask: undefined,
  });
  expect(second!.pixelValues!.buffer).toBe(batch.pixelValues!.buffer);
});

it('leaves a batch whole that has no more rows than a part may', () => {
  expect(divideBatch(batch, 5)).toEqual([batch]);
  expect(divideBatch({ ...batch, textFeatures: undefined, pixelValues: undefined }, 3)[1]).toMatchObject({
    textFeatures: undefined,
    pixelValues: undefined,
  });
});
