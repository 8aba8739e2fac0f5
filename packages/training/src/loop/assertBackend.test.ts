import { backendsUnderTest, onBackends, useBackend } from '@crossmodal/testing';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { finalBytes, runTiny, TemporaryFolders, tiny, tinyLoss } from '../__fakes__/tinyRun.js';
import { type TinyClassifier } from '../__fakes__/TinyClassifier.js';
import { type TrainingEvent } from './TrainingEvent.js';
import { type TrainingPlace } from './TrainModelOptions.js';

const folders = new TemporaryFolders();
afterEach(() => folders.removeAll());

const checkpointsIn = async (directory: string): Promise<string[]> =>
  (await readdir(directory)).filter((name) => name.startsWith('step-')).sort();

/** On a GPU, sums are not made in the same order twice. */
onBackends(
  backendsUnderTest().filter((name) => name !== 'webgpu'),
  () => {
    it('saves every so many steps, and a run that continues from one ends with the same bytes', async () => {
      const whole = await runTiny({ directory: await folders.create() });
      const directory = await folders.create();
      const saving = await runTiny({ directory, everySteps: 2, keep: 99 });
      // 3 updates in each of 3 epochs: the end of an epoch is saved once.
      expect(await checkpointsIn(directory)).toEqual(
        [2, 3, 4, 6, 8, 9].map((step) => `step-${String(step).padStart(6, '0')}`),
      );
      expect(await finalBytes(saving)).toEqual(await finalBytes(whole));
      for (const step of ['step-000002', 'step-000004', 'step-000008']) {
        const resumed = await runTiny({ directory: await folders.create(), resumeFrom: join(directory, step) });
        expect(await finalBytes(resumed), step).toEqual(await finalBytes(whole));
      }
    });
  },
);

describe('a backend that fails', () => {
  beforeAll(() => useBackend('cpu'));

  /** Rejects at one call of the loop, and keeps where each call was made. */
  function failingAt(call: number): {
    places: TrainingPlace[];
    assertBackend: (place: TrainingPlace) => Promise<void>;
  } {
    const places: TrainingPlace[] = [];
    return {
      places,
      assertBackend: (place) => {
        places.push(place);
        return places.length === call ? Promise.reject(new Error('the GPU is gone')) : Promise.resolve();
      },
    };
  }

  it('stops the run before the update, and says in which step and what is saved', async () => {
    const directory = await folders.create();
    const { places, assertBackend } = failingAt(3);
    const events: TrainingEvent[] = [];
    const run = runTiny({ directory, everySteps: 1, assertBackend, onEvent: (event) => events.push(event) });
    await expect(run).rejects.toThrow('the GPU is gone');
    expect(events.map(({ type }) => type)).toEqual(['step', 'checkpoint']);
    const lastCheckpoint = join(directory, 'step-000001');
    expect(places.slice(0, 3)).toEqual([
      { step: 1, lastCheckpoint: undefined },
      { step: 2, lastCheckpoint: undefined }, // before the save of step 1
      { step: 2, lastCheckpoint },
    ]);
    const whole = await runTiny({ directory: await folders.create() });
    const resumed = await runTiny({ directory, resumeFrom: lastCheckpoint });
    expect(await finalBytes(resumed)).toEqual(await finalBytes(whole));
  });

  it('is neither measured nor saved', async () => {
    for (const [call, reported] of [
      [tiny.updatesPerEpoch + 1, ['step', 'step', 'step']],
      [tiny.updatesPerEpoch + 2, ['step', 'step', 'step', 'epoch']],
    ] as const) {
      const directory = await folders.create();
      const events: TrainingEvent[] = [];
      const { assertBackend } = failingAt(call);
      const run = runTiny({ directory, assertBackend, onEvent: (event) => events.push(event) });
      await expect(run).rejects.toThrow('the GPU is gone');
      expect(events.map(({ type }) => type)).toEqual(reported);
      expect(await readdir(directory)).toEqual([]);
    }
  });

  it('is named in place of what it made fail', async () => {
    let model: TinyClassifier | undefined;
    let failed = false;
    const run = runTiny({
      prepare: (made) => {
        model = made;
      },
      computeLoss: (batch, context) => {
        if (batch.includes(0)) {
          failed = true;
          throw new Error('mapAsync failed');
        }
        return tinyLoss(model!, batch, context);
      },
      assertBackend: () => (failed ? Promise.reject(new Error('the GPU is gone')) : Promise.resolve()),
    });
    await expect(run).rejects.toThrow('the GPU is gone');
  });

  it('leaves other errors alone when it is well', async () => {
    const run = runTiny({
      computeLoss: () => {
        throw new Error('mine');
      },
      assertBackend: () => Promise.resolve(),
    });
    await expect(run).rejects.toThrow('mine');
  });
});
