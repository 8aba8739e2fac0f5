import { createRequire } from 'node:module';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deriveSeed, enableGradientCheckpointing, Module, normalInitializer, PostNormBlock } from '@crossmodal/layers';
import { expectTensorsClose, seededNormal, useBackend } from '@crossmodal/testing';
import { dispose, type Scalar, square, sum, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CapturedGradients } from './CapturedGradients.js';

const blocks = 3;

class Stack extends Module {
  readonly #blocks = Array.from({ length: blocks }, (_, i) =>
    this.child(
      `layer.${i}`,
      new PostNormBlock({
        hiddenSize: 16,
        numAttentionHeads: 4,
        intermediateSize: 64,
        layerNormEps: 1e-5,
        hiddenAct: 'gelu',
        hiddenDropout: 0.2,
        initializer: normalInitializer(0.3),
        seed: i,
      }),
    ),
  );

  loss(input: Tensor3D, seed: number): Scalar {
    return tidy(() => {
      let stream = input;
      for (const [i, block] of this.#blocks.entries()) {
        stream = block.callForStream(stream, { seed: deriveSeed(seed, 'layer', i) });
      }
      return sum<Scalar>(square(stream));
    });
  }
}

interface Loaded {
  loadModel(buffer: ArrayBufferLike, begin: number, bytes: number, options: object): void;
}

/** What ONNX Runtime loads; written out after its optimizations while a test runs. */
const { binding } = createRequire(import.meta.url)('onnxruntime-node/dist/binding.js') as {
  binding: { InferenceSession: new () => Loaded };
};
const { InferenceSession } = binding;
let folder: string;

beforeEach(async () => {
  await useBackend('onnxruntime');
  folder = await mkdtemp(join(tmpdir(), 'crossmodal-graph-'));
  binding.InferenceSession = class extends InferenceSession {
    override loadModel(buffer: ArrayBufferLike, begin: number, bytes: number, options: object): void {
      // Kernels one by one are small; the last of the large ones is the step.
      const isStep = bytes > 10_000;
      const more = isStep ? { optimizedModelFilePath: join(folder, 'step.onnx') } : {};
      super.loadModel(buffer, begin, bytes, { ...options, ...more });
    }
  };
});

afterEach(async () => {
  binding.InferenceSession = InferenceSession;
  await rm(folder, { recursive: true, force: true });
});

/** How many nodes compute an operator, in the file format's own bytes: field 4 of a node, the name's length, the name. */
function count(model: string, operator: string): number {
  return model.split(`\x22${String.fromCharCode(operator.length)}${operator}`).length - 1;
}

it('computes blocks again after the gradients above them, and not once for both passes', async () => {
  const stack = new Stack().train();
  const parameters = stack.namedParameters();
  const input = seededNormal([4, 8, 16], 1) as Tensor3D;
  const computed = [];
  const models: string[] = [];
  for (const isCheckpointed of [false, true]) {
    enableGradientCheckpointing(stack, isCheckpointed);
    const refused: string[] = [];
    const captured = new CapturedGradients(parameters, { onRefused: (reason) => refused.push(reason) });
    const step = (seed: number): ReturnType<CapturedGradients['compute']> =>
      captured.compute(() => stack.loss(input, seed), { tensors: [input], seed });
    const first = step(1);
    dispose([first.loss, ...first.gradients.values()]);
    computed.push(step(2));
    expect(refused).toEqual([]);
    models.push(await readFile(join(folder, 'step.onnx'), 'latin1'));
    captured.dispose();
  }
  expect(models.map((model) => count(model, 'Softmax'))).toEqual([blocks, 2 * blocks]);
  // One barrier before each second pass and one behind it.
  expect(models.map((model) => count(model, 'IsNaN'))).toEqual([0, 2 * blocks]);

  const [plain, checkpointed] = computed;
  await expectTensorsClose(checkpointed!.loss, plain!.loss, 1e-4);
  for (const [path, gradient] of plain!.gradients) {
    const values = await gradient.data<'float32'>();
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    await expectTensorsClose(checkpointed!.gradients.get(path)!, gradient, 1e-5 * largest);
  }
  dispose([input, ...computed.flatMap(({ loss, gradients }) => [loss, ...gradients.values()])]);
  stack.dispose();
});
