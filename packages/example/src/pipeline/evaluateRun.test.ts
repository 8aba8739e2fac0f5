import type { GraphCapturingBackend } from '@crossmodal/training';
import { registerOnnxRuntimeBackend } from '@crossmodal/tfjs-backend-onnxruntime';
import { backend, setBackend } from '@tensorflow/tfjs-core';
import { expect, it, vi } from 'vitest';
import { temporaryFolder } from '../__fixtures__/tinyWorld.js';
import { untrainedRun } from '../report/__fixtures__/untrainedRun.js';
import { repeatedWords, writeRows } from '../report/__fixtures__/writeRows.js';
import { evaluateRun } from './evaluateRun.js';

it('measures on onnxruntime what wasm does, few lengths and the frequent ones as graphs', async () => {
  const rows = await writeRows(
    temporaryFolder(),
    repeatedWords({ train: 4, test: 20 }, (i) => 1 + ((i * 5) % 9)),
  );
  const { folder } = await untrainedRun({ ...rows, initializerRange: 0.3 });
  const onWasm = await evaluateRun(folder.path, { backend: 'wasm', split: 'test' });
  registerOnnxRuntimeBackend();
  await setBackend('onnxruntime');
  const captures = vi.spyOn(backend() as unknown as GraphCapturingBackend, 'captureGraph');
  const found = await evaluateRun(folder.path, { backend: 'onnxruntime', split: 'test', batchSize: 1 });
  // Twenty texts of nine lengths make calls of at most four; a shape is captured at its fourth call.
  expect(captures.mock.calls.length).toBeGreaterThanOrEqual(1);
  expect(captures.mock.calls.length).toBeLessThanOrEqual(4);
  for (const [name, { value }] of Object.entries(onWasm.metrics.test!)) {
    expect(found.metrics.test![name]?.value, name).toBeCloseTo(value, 5);
  }
});
