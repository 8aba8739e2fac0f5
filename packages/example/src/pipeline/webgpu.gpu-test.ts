import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GpuDeviceLostError, startBackend } from '@crossmodal/backends';
import { backend, env } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder, tinySettings, tinyWorld } from '../__fixtures__/tinyWorld.js';
import type { RunEvent } from '../run/RunEvent.js';
import { evaluateRun } from './evaluateRun.js';
import { explainOne } from './explainOne.js';
import { loadPredictor } from './loadPredictor.js';
import { findCheckpoint } from './loadRun.js';
import { resumeRun, train } from './train.js';

const folder = temporaryFolder();
const settings = { ...tinySettings(folder), backend: 'webgpu' as const };

/** What of the backend is looked at here. */
interface Webgpu {
  readonly device: { destroy(): void };
  readonly tensorMap: { get(id: object): { readonly values: unknown } };
  readSync(id: object): unknown;
}
const webgpu = (): Webgpu => backend() as unknown as Webgpu;

/** Calls back after a step of the training. */
const afterStep =
  (step: number, then: () => void) =>
  (event: RunEvent): void => {
    if (event.type === 'progress' && event.task === 'training' && event.done === step) then();
  };

beforeAll(async () => {
  await tinyWorld(folder);
  await startBackend('webgpu');
  // Otherwise the cpu backend computes small tensors, and this would test less.
  env().set('WEBGPU_CPU_FORWARD', false);
});

describe('a run on webgpu', () => {
  it('never waits for the GPU in a synchronous read: train, evaluate, predict and explain', async () => {
    const reads: string[] = [];
    const forbidReads = (): void => {
      const started = webgpu();
      const read = started.readSync.bind(started);
      started.readSync = (id) => {
        // Values that never were on the GPU cost nothing.
        if (!started.tensorMap.get(id).values) {
          reads.push(new Error('a synchronous read').stack ?? '');
          throw new Error('a synchronous read');
        }
        return read(id);
      };
    };
    let isForbidden = false;
    const onEvent = (event: RunEvent): void => {
      if (isForbidden || event.type !== 'message' || !event.text.startsWith('backend webgpu')) return;
      forbidReads();
      isForbidden = true;
    };
    const { path, metrics } = await train({ ...settings, epochs: 1 }, { onEvent });
    expect(isForbidden).toBe(true);
    expect(metrics.test?.accuracy?.value).toBeGreaterThanOrEqual(0);
    const evaluation = await evaluateRun(path, { backend: 'webgpu', split: 'test' });
    expect(evaluation.metrics.test?.accuracy?.value).toBe(metrics.test?.accuracy?.value);
    const image = join(folder, 'world', 'images', '000003.jpg');
    const predictor = await loadPredictor(path, { backend: 'webgpu' });
    const [answer] = await predictor.predict([{ text: 'see the photo', image }]);
    expect(predictor.labels).toContain(answer?.label);
    predictor.dispose();
    const { sample } = await explainOne(path, { text: 'see the photo', image, backend: 'webgpu', output: '.svg' });
    expect(sample.words).toHaveLength(3);
    expect(reads).toEqual([]);
  });

  it('whose device goes away names the checkpoint and the command, and ends on a new one as if nothing had happened', async () => {
    const own = { ...settings, report: false, saveSteps: 2 };
    const whole = await train(own);
    let path = '';
    const onEvent = (event: RunEvent): void => {
      if (event.type === 'message' && event.text.startsWith('run folder: ')) path = event.text.slice(12);
      afterStep(3, () => webgpu().device.destroy())(event);
    };
    const error: unknown = await train(own, { onEvent }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GpuDeviceLostError);
    const checkpoint = findCheckpoint(path, 'last');
    expect(error).toMatchObject({
      reason: 'destroyed',
      step: 4,
      checkpoint,
      command: `crossmodal train --resume ${path}`,
    });
    expect(checkpoint).toMatch(/step-00000[23]$/);
    expect(readFileSync(join(path, 'run.log'), 'utf8')).toContain('GPU must stay until the work is done');

    const resumed = await resumeRun(path);
    expect(resumed.stoppedBy).toBe('epochs');
    expect(resumed.metrics.test?.accuracy).toEqual(whole.metrics.test?.accuracy);
    expect(resumed.metrics.test?.logLoss?.value).toBeCloseTo(whole.metrics.test?.logLoss?.value ?? NaN, 4);
    expect(existsSync(join(findCheckpoint(path, 'last'), 'model.safetensors'))).toBe(true);
  });
});
