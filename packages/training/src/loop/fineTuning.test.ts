import { addLora, mergeLora, readParameters } from '@crossmodal/layers';
import {
  backendsUnderTest,
  expectNoLeaks,
  expectTensorsClose,
  goldenTensor,
  goldenValue,
  onBackends,
  readGolden,
} from '@crossmodal/testing';
import { parseSafetensors } from '@crossmodal/weights';
import { dispose, tensor, tidy, type Tensor1D } from '@tensorflow/tfjs-core';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { TinyClassifier } from '../__fakes__/TinyClassifier.js';
import { finalBytes, runTiny, TemporaryFolders, tiny, type TinyRun } from '../__fakes__/tinyRun.js';
import { computeGradients } from '../gradients/computeGradients.js';
import { crossEntropy } from '../losses/crossEntropy.js';
import { AdamW } from '../optimizers/AdamW.js';

const golden = await readGolden(new URL('../../fixtures/fine-tuning.json', import.meta.url));
const folders = new TemporaryFolders();
afterEach(() => folders.removeAll());

/** Where the bits must be the same: on a GPU, sums are not made in the same order twice. */
const exactBackends = backendsUnderTest().filter((name) => name !== 'webgpu');
const all = Boolean(process.env.CROSSMODAL_VERIFY);

/** The map that the encoder consists of gets an adapter; the head is trained too, the norm is not. */
function adapt(model: TinyClassifier, dropout = 0): void {
  addLora(model, { rank: 2, alpha: 4, targets: ['encoder.dense'], dropout, alsoTrain: /^classifier\./, seed: 5 });
}

const trainedPaths = [
  'encoder.dense.lora_A.weight',
  'encoder.dense.lora_B.weight',
  'classifier.weight',
  'classifier.bias',
];

function goldenModel(): TinyClassifier {
  const model = new TinyClassifier();
  adapt(model);
  for (const [path, parameter] of model.namedParameters()) {
    tidy(() => parameter.assign(goldenTensor(golden, `lora/initial/${path}`)));
  }
  return model;
}

onBackends(backendsUnderTest(), () => {
  it('trains adapters as PyTorch does over 20 steps, and writes the folded weights', async () => {
    const model = goldenModel();
    const parameters = model.namedParameters();
    const optimizer = new AdamW(parameters, { learningRate: 0.02, weightDecay: 0.1 });
    const [x, labels] = [goldenTensor(golden, 'lora/x'), goldenTensor(golden, 'lora/labels') as Tensor1D];
    const losses: number[] = [];
    const step = async (): Promise<void> => {
      const { loss, gradients } = computeGradients(() => crossEntropy(model.call(x), labels), parameters);
      expect([...gradients.keys()]).toEqual(trainedPaths);
      optimizer.step(gradients);
      losses.push(...(await loss.data()));
      dispose([loss, ...gradients.values()]);
    };
    for (let i = 0; i < 20; i += 1) await step();
    goldenValue(golden, 'lora/losses').values.forEach((expected, i) => {
      expect(losses[i]).toBeCloseTo(expected, 5);
    });
    for (const path of trainedPaths) {
      await expectTensorsClose(parameters.get(path)!, goldenValue(golden, `lora/after/${path}`));
    }
    const { data, shape } = (await readParameters(model)).get('encoder.dense.weight')!;
    await expectTensorsClose(tensor(data, shape), goldenValue(golden, 'lora/merged'));
    await expectTensorsClose(model.call(x), goldenValue(golden, 'lora/logits'));
    mergeLora(model);
    await expectTensorsClose(model.call(x), goldenValue(golden, 'lora/logits'));
    optimizer.dispose();
    model.dispose();
  });

  it('leaves no tensor behind', async () => {
    const labels = goldenTensor(golden, 'lora/labels') as Tensor1D;
    const x = goldenTensor(golden, 'lora/x');
    await expectNoLeaks(() => {
      const model = goldenModel();
      const parameters = model.namedParameters();
      const optimizer = new AdamW(parameters, { learningRate: 0.02 });
      const { loss, gradients } = computeGradients(() => crossEntropy(model.call(x), labels), parameters);
      optimizer.step(gradients);
      dispose([loss, ...gradients.values()]);
      optimizer.dispose();
      model.dispose();
    });
  });
});

onBackends(exactBackends, () => {
  const prepare = (model: TinyClassifier): void => {
    adapt(model, 0.25);
  };

  it('ends with the same bytes after a stop at any step, adapters with dropout above a frozen encoder', async () => {
    const whole = await runTiny({ directory: await folders.create(), prepare });
    const bytes = await finalBytes(whole);
    const stops = Array.from({ length: tiny.epochs * tiny.updatesPerEpoch }, (_, i) => i);
    for (const stopAfterStep of all ? stops : [1, 5]) {
      const directory = await folders.create();
      const first = await runTiny({ directory, stopAfterStep, prepare });
      expect(first.result.step).toBe(stopAfterStep);
      const second = await runTiny({ directory, resumeFrom: first.result.lastCheckpoint, prepare });
      expect(await finalBytes(second), `stop after step ${stopAfterStep}`).toEqual(bytes);
    }
  });

  it('moves and remembers nothing but what is trained', async () => {
    const run = await runTiny({ directory: await folders.create(), prepare });
    const state = await tensorsOf(run, 'training-state/optimizer.safetensors');
    const names = trainedPaths.flatMap((path) => ['exp_avg', 'exp_avg_sq', 'step'].map((kind) => `${path}.${kind}`));
    expect([...state.keys()].sort()).toEqual([...names, 'stepCount'].sort());

    const saved = await tensorsOf(run, 'model.safetensors');
    const fresh = new TinyClassifier();
    const initial = await readParameters(fresh);
    expect([...saved.keys()].sort()).toEqual([...initial.keys()].sort());
    const moved = [...initial].filter(([path, { data }]) => saved.get(path)!.data.join() !== data.join());
    expect(moved.map(([path]) => path)).toEqual(['encoder.dense.weight', 'classifier.weight', 'classifier.bias']);
    fresh.dispose();
  });

  it('refuses a checkpoint of adapters for a model without them, and the other way round', async () => {
    const adapted = await runTiny({ directory: await folders.create(), prepare, stopAfterStep: 2 });
    const plain = await runTiny({ directory: await folders.create(), stopAfterStep: 2 });
    const resume = async (run: TinyRun, changes: Parameters<typeof runTiny>[0]): Promise<TinyRun> =>
      runTiny({ directory: await folders.create(), resumeFrom: run.result.lastCheckpoint, ...changes });
    await expect(resume(adapted, {})).rejects.toThrow('encoder.dense.lora_A.weight');
    await expect(resume(plain, { prepare })).rejects.toThrow('encoder.dense.lora_A.weight');
  });
});

async function tensorsOf({ result }: TinyRun, name: string): Promise<ReturnType<typeof parseSafetensors>> {
  return parseSafetensors(await readFile(join(result.lastCheckpoint ?? '', name)));
}
