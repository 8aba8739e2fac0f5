import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { add, matMul, setBackend, tensor2d, variable } from '@tensorflow/tfjs-core';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportOnnxFiles, type ExportOnnxFilesOptions } from './exportOnnx.js';

const folder = mkdtempSync(join(tmpdir(), 'crossmodal-onnx-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(() => setBackend('cpu'));

const wave = (rows: number, columns: number, step: number) =>
  tensor2d(
    Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i * step)),
    [rows, columns],
  );

function layers(): ExportOnnxFilesOptions {
  // 4,800 bytes, which do not end at a multiple of 4,096, then 1,280, and 64, which are few enough to stay.
  const [first, second, bias] = [variable(wave(30, 40, 0.7)), variable(wave(40, 8, 0.3)), variable(wave(2, 8, 0.9))];
  return {
    inputs: { x: { dtype: 'float32', shape: [2, 30] } },
    call: ({ x }) => ({ y: add(matMul(matMul(x as typeof first, first), second), bias) }),
    parameters: new Map([['first', first], ['second', second], ['bias', bias]]), // prettier-ignore
  };
}

it('puts large values into a second file, from which ONNX Runtime computes the same', async () => {
  const options = layers();
  const { model, externalData } = await exportOnnxFiles({
    ...options,
    largestBytes: 6000,
    externalName: 'weights.data',
  });
  expect(externalData).toMatchObject({ name: 'weights.data', bytes: 8192 + 1280 });
  expect(model.length).toBeLessThan(1000);
  await writeFile(join(folder, 'model.onnx'), model);
  await writeFile(join(folder, 'weights.data'), externalData!.chunks());
  expect(readFileSync(join(folder, 'weights.data')).length).toBe(externalData!.bytes);
  const x = wave(2, 30, 0.2);
  const expected = await options.call({ x }).y!.data();
  const session = await InferenceSession.create(join(folder, 'model.onnx'));
  const { y } = await session.run({ x: new Tensor('float32', (await x.data()) as Float32Array, [2, 30]) });
  for (const [i, value] of (y!.data as Float32Array).entries()) expect(value).toBeCloseTo(expected[i]!, 4);
  await session.release();
});

it('gives views of the values, not copies', async () => {
  const { externalData } = await exportOnnxFiles({ ...layers(), largestBytes: 0 });
  const read = (): Uint8Array[] =>
    [...externalData!.chunks()].filter(({ length }) => length === 4800 || length === 1280);
  const [first, again] = [read(), read()];
  expect(first).toHaveLength(2);
  for (const [i, chunk] of first.entries()) expect(chunk.buffer).toBe(again[i]!.buffer);
});

it('keeps everything in the model up to the limit', async () => {
  const { model, externalData } = await exportOnnxFiles(layers());
  expect(externalData).toBeUndefined();
  expect(model.length).toBeGreaterThan(6000);
});
