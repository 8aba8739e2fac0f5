import { defaultBertConfig } from '@crossmodal/text-encoder';
import { OnnxRuntimeBackend } from '@crossmodal/tfjs-backend-onnxruntime';
import { backend } from '@tensorflow/tfjs-core';
import { expect, it, vi } from 'vitest';
import { loadOnnxRuntime } from '../encoders/loadOnnxRuntime.js';
import type { BenchSubject, BenchWork, TextEncoderWork } from './BenchWork.js';
import { openWorkload } from './openWorkload.js';

const tiny = { hiddenSize: 8, intermediateSize: 8, numHiddenLayers: 1, numAttentionHeads: 1, vocabSize: 9 };
const encoder: TextEncoderWork = { name: 'text-encoder', batchSize: 1, length: 4, config: { ...defaultBertConfig, ...tiny } }; // prettier-ignore
const open = (work: BenchWork, subject: BenchSubject) =>
  openWorkload({ type: 'start', work, subject, threads: 1, askedAt: 0 });

it('gives ONNX Runtime its threads, as a backend and for one graph', async () => {
  const { ready } = await open(encoder, 'onnxruntime');
  expect(ready.device).toBe('CPU (ONNX Runtime 1.30.0)');
  const started = backend();
  expect(started instanceof OnnxRuntimeBackend && started.numThreads).toBe(1);

  const loaded = loadOnnxRuntime();
  const create = vi.spyOn('runtime' in loaded ? loaded.runtime.InferenceSession : expect.fail(), 'create');
  const graph = await open(encoder, 'onnx-graph');
  await graph.measure(0);
  expect(create.mock.calls.map(([, options]: readonly unknown[]) => options)).toEqual([{ intraOpNumThreads: 1 }]);
  create.mockRestore();
});

it('refuses what a subject cannot do', async () => {
  await expect(open({ name: 'matmul' }, 'onnx-graph')).rejects.toThrow('matmul needs a backend, got onnx-graph.');
  await expect(open(encoder, 'no backend')).rejects.toThrow(RangeError);
});
