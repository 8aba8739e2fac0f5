import { readParameters } from '@crossmodal/layers';
import { useBackend } from '@crossmodal/testing';
import { parseSafetensors } from '@crossmodal/weights';
import { add } from '@tensorflow/tfjs-core';
import { mkdir, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { FaultyFileSystem, type Fault } from '../__fakes__/FaultyFileSystem.js';
import { finalBytes, runTiny, TemporaryFolders, type TinyRun, type TinyRunOptions } from '../__fakes__/tinyRun.js';
import { TinyClassifier } from '../__fakes__/TinyClassifier.js';
import { CheckpointError } from './CheckpointError.js';

const folders = new TemporaryFolders();
beforeAll(() => useBackend('cpu'));
afterEach(() => folders.removeAll());

/** With CROSSMODAL_VERIFY every operation fails once; else every eleventh. */
const stride = process.env.CROSSMODAL_VERIFY ? 1 : 11;
/** One batch and one update per epoch: the checkpoints are what is tested here. */
const short: TinyRunOptions = {
  epochs: 4,
  stepsPerEpoch: 1,
  trainBatches: () => [[0, 1, 2, 3]],
  keep: 0,
  schedule: undefined,
};

async function pointer(directory: string, name: 'best' | 'last'): Promise<string> {
  const { checkpoint } = JSON.parse(await readFile(join(directory, `${name}.json`), 'utf8')) as { checkpoint: string };
  return checkpoint;
}

async function checkpointsIn(directory: string): Promise<string[]> {
  return (await readdir(directory)).filter((name) => !name.endsWith('.json')).sort();
}

/** Each epoch's score, by the number of the epoch. */
function scored(scores: readonly number[], first = 0): TinyRunOptions {
  let epoch = first;
  return {
    earlyStopping: { metric: 'score', mode: 'max' },
    evaluate: () => Promise.resolve({ score: scores[epoch++] ?? NaN }),
  };
}

it.each<Fault['kind']>(['once', 'dead'])(
  'can go on to the same bytes whichever operation of the file system fails: %s',
  async (kind) => {
    const scores = [0.1, 0.3, 0.2, 0.4];
    const healthy = new FaultyFileSystem();
    const whole = await runTiny({
      ...short,
      ...scored(scores),
      directory: await folders.create(),
      fileSystem: healthy,
    });
    const bytes = await finalBytes(whole);
    let fired = 0;
    for (let at = 1 + (kind === 'dead' ? 3 : 0); at <= healthy.operations; at += stride) {
      const directory = await folders.create();
      const fileSystem = new FaultyFileSystem({ at, kind });
      const failure: unknown = await runTiny({ ...short, ...scored(scores), directory, fileSystem }).catch(
        (error: unknown) => error,
      );
      expect(fileSystem.fired, `operation ${at}`).toBe(true);
      fired += 1;
      // Only removing an old checkpoint may fail without an end of the run.
      if (failure instanceof Error) expect(failure).toMatchObject({ code: 'ENOSPC' });
      else expect(failure).toMatchObject({ result: { stoppedBy: 'epochs' } });

      const pointers = (await readdir(directory)).filter((name) => name.endsWith('.json'));
      const resumeFrom = pointers.includes('last.json') ? join(directory, await pointer(directory, 'last')) : undefined;
      if (resumeFrom === undefined) {
        // Nothing was promised yet; a new run starts elsewhere.
        continue;
      }
      const done = Number(/step-(\d+)/.exec(resumeFrom)?.[1]);
      const second = await runTiny({ ...short, ...scored(scores, done), directory, resumeFrom });
      expect(await finalBytes(second), `operation ${at}`).toEqual(bytes);
      expect(second.result.best).toMatchObject({ epoch: 3, value: 0.4 });
      expect(await pointer(directory, 'best')).toBe(await pointer(directory, 'last'));
      // What was left half written by this process stays until it is gone; a whole folder without a pointer is rotated away.
      const left = (await checkpointsIn(directory)).filter((name) => !name.includes('.tmp-'));
      if (done < 4) expect(left).toHaveLength(1);
    }
    expect(fired).toBeGreaterThan(8);
  },
);

it('goes on when an old checkpoint cannot be removed, says so, and removes it after the next one', async () => {
  const directory = await folders.create();
  class Stubborn extends FaultyFileSystem {
    refusals = 0;
    override rename(from: string, to: string): Promise<void> {
      if (!from.endsWith('step-000001') || this.refusals++ > 0) return super.rename(from, to);
      return Promise.reject(new Error('EBUSY'));
    }
  }
  const { events } = await runTiny({
    ...short,
    ...scored([0.1, 0.2, 0.3]),
    epochs: 3,
    directory,
    fileSystem: new Stubborn(),
  });
  const failures = events.flatMap((event) => (event.type === 'checkpoint' ? [event.removalFailure] : []));
  expect(failures).toEqual([undefined, new Error('EBUSY'), undefined]);
  expect(await checkpointsIn(directory)).toEqual(['step-000003']);
});

it('keeps the best, the last and so many others', async () => {
  const scores = [0.1, 0.9, 0.2, 0.3, 0.4, 0.5];
  const kept = async (keep: number | undefined): Promise<string[]> => {
    const directory = await folders.create();
    await runTiny({ ...short, ...scored(scores), epochs: 6, directory, keep });
    expect(await pointer(directory, 'best')).toBe('step-000002');
    expect(await pointer(directory, 'last')).toBe('step-000006');
    return checkpointsIn(directory);
  };
  expect(await kept(0)).toEqual(['step-000002', 'step-000006']);
  expect(await kept(1)).toEqual(['step-000002', 'step-000005', 'step-000006']);
  expect(await kept(undefined)).toEqual(['step-000002', 'step-000004', 'step-000005', 'step-000006']);
});

it('removes an old checkpoint only after the new one and its pointers are there', async () => {
  const directory = await folders.create();
  class Watching extends FaultyFileSystem {
    readonly renames: string[] = [];
    override rename(from: string, to: string): Promise<void> {
      this.renames.push(`${from.slice(directory.length + 1)} > ${to.slice(directory.length + 1)}`);
      return super.rename(from, to);
    }
  }
  const fileSystem = new Watching();
  await runTiny({ ...short, ...scored([0.1, 0.2]), epochs: 2, directory, fileSystem });
  const outer = fileSystem.renames
    .filter((entry) => !/ > step-\d+\.tmp-[^.]+\//.test(entry))
    .map((entry) => entry.replace(/\.tmp-\S+/g, '.tmp'))
    // The empty folder that commitFolder makes gives way to the one that save makes.
    .filter((entry) => !/^step-\d+\.tmp > step-\d+\.tmp/.test(entry));
  expect(outer).toEqual([
    'step-000001.tmp > step-000001',
    'last.json.tmp > last.json',
    'best.json.tmp > best.json',
    'step-000002.tmp > step-000002',
    'last.json.tmp > last.json',
    'best.json.tmp > best.json',
    'step-000001 > step-000001.tmp',
  ]);
});

it('points at the last one as the best until an epoch was measured', async () => {
  const directory = await folders.create();
  const { result } = await runTiny({ directory, stopAfterStep: 1 });
  expect(result.best).toBeUndefined();
  expect(await pointer(directory, 'best')).toBe('step-000001');
});

it('repairs the pointers after a crash between a checkpoint and its pointers', async () => {
  const directory = await folders.create();
  await runTiny({ ...short, ...scored([0.1, 0.2]), epochs: 2, keep: 1, directory });
  await writeFile(join(directory, 'best.json'), '{"checkpoint":"step-000001"}\n');
  await rm(join(directory, 'last.json'));
  const resumeFrom = join(directory, 'step-000002');
  await runTiny({ ...short, ...scored([0.1, 0.2]), epochs: 2, keep: 1, directory, resumeFrom });
  expect(await pointer(directory, 'best')).toBe('step-000002');
  expect(await pointer(directory, 'last')).toBe('step-000002');
});

it('saves beside a whole folder of the same step, and prefers none of later steps', async () => {
  const directory = await folders.create();
  const scores = [0.1, 0.2, 0.3, 0.4];
  await runTiny({ ...short, ...scored(scores), keep: 9, directory });
  // Set back on purpose: later folders are another future, which this run must neither count nor remove.
  const resumeFrom = join(directory, 'step-000001');
  const { result } = await runTiny({ ...short, ...scored([0.9], 0), directory, resumeFrom, stopAfterStep: 3 });
  expect(result.lastCheckpoint).toBe(`${directory}/step-000003-2`);
  expect(await pointer(directory, 'best')).toBe('step-000002-2');
  expect(await checkpointsIn(directory)).toEqual(['step-000002-2', 'step-000003-2', 'step-000004']);
});

it('removes what dead processes left half written', async () => {
  const directory = await folders.create();
  await mkdir(join(directory, 'step-000009.tmp-99999999-0123abcd'));
  await runTiny({ ...short, directory });
  expect((await checkpointsIn(directory)).some((name) => name.includes('.tmp-'))).toBe(false);
});

it('refuses a folder with checkpoints of another run, and touches nothing there', async () => {
  const [first, other] = [await folders.create(), await folders.create()];
  const { result } = await runTiny({ ...short, directory: first });
  await runTiny({ ...short, directory: other });
  const message = `trainModel: checkpoint.directory must hold no checkpoints of another run, got "step-00000`;
  await expect(runTiny({ ...short, directory: other })).rejects.toThrow(message);
  await expect(runTiny({ ...short, directory: other, resumeFrom: result.lastCheckpoint })).rejects.toThrow(message);
});

it('says with how many bytes free a disk was full, and keeps the checkpoints before', async () => {
  const directory = await folders.create();
  const probe = new FaultyFileSystem();
  await runTiny({ ...short, ...scored([0.1]), epochs: 1, directory: await folders.create(), fileSystem: probe });
  const fileSystem = new FaultyFileSystem({ at: probe.operations + 12, kind: 'once' });
  const failure = runTiny({ ...short, ...scored([0.1]), directory, fileSystem });
  await expect(failure).rejects.toThrow('got ENOSPC with 1234 bytes free. Free some space on that disk');
  expect(await checkpointsIn(directory)).toEqual(['step-000001']);
});

async function damagedRun(): Promise<{ readonly run: TinyRun; readonly state: string; readonly directory: string }> {
  const directory = await folders.create();
  const run = await runTiny({ ...short, directory, stopAfterStep: 2 });
  return { run, directory, state: join(run.result.lastCheckpoint ?? '', 'training-state') };
}

it('finds every flipped bit and every cut in the state, and then changes no weight', async () => {
  const { run, state, directory } = await damagedRun();
  const resume = (): Promise<unknown> =>
    runTiny({ ...short, directory, resumeFrom: run.result.lastCheckpoint }).then(
      () => 'resumed',
      (error: unknown) => error,
    );
  for (const name of await readdir(state)) {
    const path = join(state, name);
    const whole = await readFile(path);
    const places = Array.from({ length: process.env.CROSSMODAL_VERIFY ? 64 : 6 }, (_, i) => Math.floor((whole.length * i) / 7) % whole.length); // prettier-ignore
    for (const [i, place] of places.entries()) {
      const flipped = Uint8Array.from(whole);
      flipped[place] = (flipped[place] ?? 0) ^ (1 << (i % 8));
      await writeFile(path, flipped);
      expect(await resume(), `${name}: bit ${i % 8} of byte ${place}`).toBeInstanceOf(CheckpointError);
      await writeFile(path, whole);
      await truncate(path, place);
      expect(await resume(), `${name}: ${place} bytes`).toBeInstanceOf(CheckpointError);
      await writeFile(path, whole);
    }
  }
  expect(await resume()).toBe('resumed');
});

it('says what is wrong with a folder that is no whole checkpoint', async () => {
  const { run, state, directory } = await damagedRun();
  const resumeFrom = run.result.lastCheckpoint ?? '';
  await expect(runTiny({ ...short, resumeFrom: directory })).rejects.toThrow(
    `trainModel: checkpoint ${directory}: must hold parameters.safetensors, optimizer.safetensors, progress.json, manifest.json ` +
      'in training-state/, got a folder without one of them. Give the folder of one checkpoint',
  );
  await rename(join(state, 'optimizer.safetensors'), join(state, 'optimizer.bin'));
  await expect(runTiny({ ...short, resumeFrom })).rejects.toThrow('got a folder without one of them');
  await rename(join(state, 'optimizer.bin'), join(state, 'optimizer.safetensors'));
  await writeFile(join(state, 'progress.json'), '{}');
  await expect(runTiny({ ...short, resumeFrom })).rejects.toThrow(
    'the files in training-state/ must be those that were saved, got others: their sizes or SHA-256 differ from manifest.json. ' +
      'The folder is damaged; continue from an older checkpoint.',
  );
});

it('holds nothing but safetensors and JSON, and no path of this machine', async () => {
  const { state, directory } = await damagedRun();
  expect((await readdir(state)).sort()).toEqual([
    'manifest.json',
    'optimizer.safetensors',
    'parameters.safetensors',
    'progress.json',
  ]);
  const parameters = parseSafetensors(await readFile(join(state, 'parameters.safetensors')));
  expect(parameters.get('encoder.dense.weight')!.shape).toEqual([8, 5]);
  const text = await readFile(join(state, 'progress.json'), 'utf8');
  expect(text).not.toContain(directory);
  expect(JSON.parse(text)).toMatchObject({ formatVersion: 2, progress: { best: { checkpoint: 'step-000001' } } });
});

/** Trains only what lies above the encoder, which may have been loaded with other values. */
const frozenEncoder = (changed = 0): Pick<TinyRunOptions, 'prepare'> => ({
  prepare: (model) => {
    model.freeze(/^encoder\./);
    const bias = model.namedParameters().get('encoder.dense.bias');
    bias?.assign(add(bias, changed));
  },
});

it('holds only what is trained, and goes on beside the frozen parameters of before', async () => {
  const whole = await runTiny({ ...frozenEncoder(), directory: await folders.create() });
  const directory = await folders.create();
  const { result } = await runTiny({ ...frozenEncoder(), directory, stopAfterStep: 4 });
  const resumeFrom = result.lastCheckpoint ?? '';
  const state = parseSafetensors(await readFile(join(resumeFrom, 'training-state/parameters.safetensors')));
  expect([...state.keys()].sort()).toEqual(['classifier.bias', 'classifier.weight']);
  const second = await runTiny({ ...frozenEncoder(), directory, resumeFrom });
  expect(await finalBytes(second)).toEqual(await finalBytes(whole));
});

it('refuses to go on beside other frozen parameters, and changes nothing then', async () => {
  const { result } = await runTiny({ ...frozenEncoder(), directory: await folders.create(), stopAfterStep: 4 });
  const resumeFrom = result.lastCheckpoint ?? '';
  let model: TinyClassifier | undefined;
  const { prepare } = frozenEncoder(1e-7);
  const failure: unknown = await runTiny({
    resumeFrom,
    forceResume: true,
    prepare: (made) => {
      prepare?.(made);
      model = made;
      vi.spyOn(made, 'dispose').mockImplementation(() => undefined);
    },
  }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(CheckpointError);
  expect(String(failure)).toContain(
    `trainModel: checkpoint ${resumeFrom}: the 4 parameters that were not trained must be in the model as they were, ` +
      'got others: their SHA-256 differs. A checkpoint does not hold them: load the same weights',
  );
  const fresh = (await readParameters(new TinyClassifier())).get('classifier.weight');
  expect((await readParameters(model!)).get('classifier.weight')).toEqual(fresh);
});

it('may train more after a stop than before', async () => {
  const { result } = await runTiny({ ...frozenEncoder(), directory: await folders.create(), stopAfterStep: 4 });
  const directory = await folders.create();
  const more = await runTiny({ directory, resumeFrom: result.lastCheckpoint });
  expect(more.result.stoppedBy).toBe('epochs');
  const state = parseSafetensors(
    await readFile(join(more.result.lastCheckpoint ?? '', 'training-state/parameters.safetensors')),
  );
  expect(state.size).toBe(6);
});
