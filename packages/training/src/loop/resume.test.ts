import { backendsUnderTest, onBackends, useBackend } from '@crossmodal/testing';
import { cp, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { finalBytes, runTiny, TemporaryFolders, tiny, tinyBatches, type TinyRun } from '../__fakes__/tinyRun.js';
import { CheckpointError } from '../checkpoints/CheckpointError.js';

const folders = new TemporaryFolders();
afterEach(() => folders.removeAll());

/** Where the bits must be the same: on a GPU, sums are not made in the same order twice. */
const exactBackends = backendsUnderTest().filter((name) => name !== 'webgpu');
/** With CROSSMODAL_VERIFY every place to stop; else one of each kind. */
const all = Boolean(process.env.CROSSMODAL_VERIFY);
const allUpdates = tiny.epochs * tiny.updatesPerEpoch;

onBackends(exactBackends, () => {
  it('ends with the same bytes after a stop at any step', async () => {
    const whole = await runTiny({ directory: await folders.create() });
    const bytes = await finalBytes(whole);
    expect(whole.steps).toHaveLength(allUpdates);
    const stops = all ? Array.from({ length: allUpdates + 1 }, (_, i) => i) : [1, 3, 4, 8];
    for (const stop of stops) {
      const directory = await folders.create();
      const first = await runTiny({ directory, stopAfterStep: stop });
      expect(first.result.stoppedBy).toBe('signal');
      expect(first.result.step).toBe(stop);
      const second = await runTiny({ directory, resumeFrom: first.result.lastCheckpoint });
      expect(second.result.stoppedBy).toBe('epochs');
      expect(await finalBytes(second), `stop after step ${stop}`).toEqual(bytes);
      expectSameCourse([first, second], whole);
    }
  });

  it('ends with the same bytes after a stop inside an accumulation window, whose batches come again', async () => {
    const whole = await runTiny({ directory: await folders.create() });
    for (const batch of all ? Array.from({ length: 21 }, (_, i) => i + 1) : [1, 12]) {
      const directory = await folders.create();
      const first = await runTiny({ directory, stopInBatch: batch });
      const second = await runTiny({ directory, resumeFrom: first.result.lastCheckpoint });
      expect(first.steps.length + second.steps.length).toBe(allUpdates);
      expect(await finalBytes(second), `stop in batch ${batch}`).toEqual(await finalBytes(whole));
    }
  });

  it('ends with the same bytes after many stops, also without a step between', async () => {
    const whole = await runTiny({ directory: await folders.create() });
    const directory = await folders.create();
    const runs = [await runTiny({ directory, stopAfterStep: 2 })];
    for (const stopAfterStep of [0, 3, 0, 0, 4, 8, undefined]) {
      const resumeFrom = runs.at(-1)?.result.lastCheckpoint;
      runs.push(await runTiny({ directory, stopAfterStep, resumeFrom }));
    }
    expect(await finalBytes(runs.at(-1)!)).toEqual(await finalBytes(whole));
    expectSameCourse(runs, whole);
  });

  it('ends with the same bytes however batches arrive', async () => {
    const whole = await runTiny({ directory: await folders.create() });
    const slowly = async function* (epoch: number): AsyncGenerator<readonly number[]> {
      const loading = tinyBatches(epoch).map((batch) => Promise.resolve(batch));
      for (const batch of loading) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        yield await batch;
      }
    };
    const directory = await folders.create();
    const first = await runTiny({ directory, stopAfterStep: 4, trainBatches: slowly });
    const second = await runTiny({ directory, resumeFrom: first.result.lastCheckpoint });
    expect(await finalBytes(second)).toEqual(await finalBytes(whole));
  });
});

/** The steps and epochs of the parts are those of the whole. */
function expectSameCourse(parts: readonly TinyRun[], whole: TinyRun): void {
  expect(parts.flatMap(({ steps }) => steps)).toEqual(whole.steps);
  const result = parts.at(-1)!.result;
  const timeless = ({ history }: TinyRun['result']): unknown =>
    history.map((record) => ({ ...record, seconds: 0, samplesPerSecond: 0 }));
  expect(timeless(result)).toEqual(timeless(whole.result));
  expect({ ...result.best, checkpoint: '' }).toEqual({ ...whole.result.best, checkpoint: '' });
}

it('sees every sample once in each epoch, in another order, and goes on with it', async () => {
  await useBackend('cpu');
  const whole = await runTiny();
  const epochs = [0, 1, 2].map((epoch) => whole.order.slice(epoch * tiny.samples, (epoch + 1) * tiny.samples));
  for (const epoch of epochs) {
    expect([...epoch].sort((a, b) => a - b)).toEqual(Array.from({ length: tiny.samples }, (_, i) => i));
  }
  expect(new Set(epochs.map(String)).size).toBe(3);
  const directory = await folders.create();
  const first = await runTiny({ directory, stopAfterStep: 5 });
  const second = await runTiny({ directory, resumeFrom: first.result.lastCheckpoint });
  expect([...first.order, ...second.order]).toEqual(whole.order);
});

it('goes on with patience, the best value and the schedule', async () => {
  await useBackend('cpu');
  const values = [0.5, 0.7, 0.6, 0.7, 0.1, 0.9];
  const run = (changes: Parameters<typeof runTiny>[0], firstEpoch = 0): Promise<TinyRun> => {
    const epochs = [firstEpoch];
    return runTiny({
      epochs: 6,
      earlyStopping: { metric: 'score', mode: 'max', patience: 3 },
      onEvent: (event) => event.type === 'step' && epochs.push(event.epoch),
      evaluate: () => Promise.resolve({ score: values[epochs.at(-1) ?? 0] ?? NaN }),
      ...changes,
    });
  };
  const whole = await run({ directory: await folders.create() });
  expect(whole.result).toMatchObject({ stoppedBy: 'patience', epochsDone: 5, best: { epoch: 1, value: 0.7, step: 6 } });
  for (const stopAfterStep of all ? [1, 2, 5, 7, 10, 12] : [7]) {
    const directory = await folders.create();
    const first = await run({ directory, stopAfterStep });
    const second = await run({ directory, resumeFrom: first.result.lastCheckpoint }, first.result.epochsDone);
    expect(second.result.stoppedBy).toBe('patience');
    expectSameCourse([first, second], whole);
    expect(second.result.best?.checkpoint).toBe(`${directory}/step-000006`);
    // It knows that it is over.
    const third = await run({ directory, resumeFrom: second.result.lastCheckpoint });
    expect(third.result).toMatchObject({ stoppedBy: 'patience', step: 15 });
    expect(third.steps).toEqual([]);
  }
});

it('saves nothing again where nothing happened since the last checkpoint', async () => {
  await useBackend('cpu');
  const directory = await folders.create();
  const first = await runTiny({ directory, stopAfterStep: 4 });
  const before = await snapshot(directory);
  const second = await runTiny({ directory, stopAfterStep: 0, resumeFrom: first.result.lastCheckpoint });
  expect(second.events).toEqual([]);
  expect(second.result.lastCheckpoint).toBe(first.result.lastCheckpoint);
  expect(await snapshot(directory)).toEqual(before);
});

it('has nothing to do after the last epoch', async () => {
  await useBackend('cpu');
  const directory = await folders.create();
  const { result } = await runTiny({ directory });
  const again = await runTiny({ directory, resumeFrom: result.lastCheckpoint });
  expect(again.steps).toEqual([]);
  expect({ ...again.result, elapsedMs: 0 }).toEqual({ ...result, elapsedMs: 0 });
});

it('refuses other settings with a list, unless it is forced', async () => {
  await useBackend('cpu');
  const directory = await folders.create();
  const identity = { dataHash: 'a1', batchSize: 4 };
  const { result } = await runTiny({ directory, stopAfterStep: 4, identity });
  const changes = {
    directory,
    resumeFrom: result.lastCheckpoint,
    seed: 12,
    maxGradNorm: undefined,
    identity: { dataHash: 'b2', batchSize: 4 },
  };
  const files = await readdir(directory);
  const failure = await runTiny(changes).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(CheckpointError);
  expect(failure).toMatchObject({
    path: result.lastCheckpoint,
    message:
      `trainModel: checkpoint ${directory}/step-000004: the settings must be those of the run that saved it, got ` +
      'seed: 11 before, 12 now; maxGradNorm: 0.5 before, undefined now; dataHash: a1 before, b2 now. ' +
      'Restore them, or pass forceResume to continue as another run.',
    differences: ['seed: 11 before, 12 now', 'maxGradNorm: 0.5 before, undefined now', 'dataHash: a1 before, b2 now'],
  });
  expect(await readdir(directory)).toEqual(files);
  const forced = await runTiny({ ...changes, forceResume: true });
  expect(forced.result).toMatchObject({ stoppedBy: 'epochs', step: allUpdates });
});

it('deletes and changes nothing in the first folder when it goes on in another', async () => {
  await useBackend('cpu');
  const [from, to] = [await folders.create(), await folders.create()];
  const first = await runTiny({ directory: from, stopAfterStep: 7, keep: 0 });
  const before = await snapshot(from);
  const second = await runTiny({ directory: to, resumeFrom: first.result.lastCheckpoint, keep: 0 });
  expect(await snapshot(from)).toEqual(before);
  expect(second.result.lastCheckpoint).toBe(`${to}/step-000009`);
  const whole = await runTiny({ directory: await folders.create() });
  expect(await finalBytes(second)).toEqual(await finalBytes(whole));
  // A stop without a step still leaves something to resume from.
  const other = await folders.create();
  const third = await runTiny({ directory: other, resumeFrom: first.result.lastCheckpoint, stopAfterStep: 0 });
  expect(third.result.lastCheckpoint).toBe(`${other}/step-000007`);
});

it('remembers a best checkpoint in another folder, and points at it as soon as one here is better', async () => {
  await useBackend('cpu');
  const [from, to] = [await folders.create(), await folders.create()];
  let score = 0.9;
  const evaluate = (): Promise<Record<string, number>> => Promise.resolve({ score });
  const shared = { evaluate, earlyStopping: { metric: 'score', mode: 'max' } } as const;
  const first = await runTiny({ ...shared, directory: from, stopAfterStep: 4 });
  score = 0.5;
  const second = await runTiny({ ...shared, directory: to, resumeFrom: first.result.lastCheckpoint, stopAfterStep: 7 });
  expect(second.result.best).toMatchObject({ value: 0.9, checkpoint: `${from}/step-000003` });
  score = 0.95;
  const third = await runTiny({ ...shared, directory: to, resumeFrom: second.result.lastCheckpoint });
  expect(third.result.best).toMatchObject({ value: 0.95, checkpoint: `${to}/step-000009` });
  expect(await readFile(join(to, 'best.json'), 'utf8')).toBe('{"checkpoint":"step-000009"}\n');
});

it('goes on after its folder was moved', async () => {
  await useBackend('cpu');
  const parent = await folders.create();
  await runTiny({ directory: join(parent, 'old'), stopAfterStep: 7 });
  await rename(join(parent, 'old'), join(parent, 'new'));
  const directory = join(parent, 'new');
  const { result } = await runTiny({ directory, resumeFrom: `${directory}/step-000007/` });
  expect(result.best?.checkpoint).toMatch(new RegExp(`^${directory}/step-00000[369]$`));
  expect(result.lastCheckpoint).toBe(`${directory}/step-000009`);
});

async function snapshot(directory: string): Promise<Record<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const read = files.map(async (path) => [path, (await readFile(path)).toString('hex')]);
  return Object.fromEntries(await Promise.all(read)) as Record<string, string>;
}

it('continues from a copy of a checkpoint alone', async () => {
  await useBackend('cpu');
  const [from, to] = [await folders.create(), await folders.create()];
  const first = await runTiny({ directory: from, stopAfterStep: 5 });
  await cp(first.result.lastCheckpoint!, join(to, 'copy'), { recursive: true });
  const second = await runTiny({ directory: join(to, 'run'), resumeFrom: join(to, 'copy') });
  const whole = await runTiny({ directory: await folders.create() });
  expect(await finalBytes(second)).toEqual(await finalBytes(whole));
});
