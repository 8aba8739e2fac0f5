import { startBackend } from '@crossmodal/backends';
import { Linear, PostNormBlock } from '@crossmodal/layers';
import { AdamW, computeGradients, crossEntropy } from '@crossmodal/training';
import {
  dispose,
  fused,
  getKernelsForBackend,
  mean,
  randomNormal,
  registerKernel,
  tensor1d,
  tidy,
  transpose,
  unregisterKernel,
} from '@tensorflow/tfjs-core';

/** The sizes of the main job: its two encoders have one block each, its texts and patches about as many rows together. */
const [batchSize, length, hiddenSize, intermediateSize] = [64, 37, 64, 128];
const [warmup, steps, repetitions] = [3, 10, 31];

await startBackend('wasm');
const milliseconds = timeKernels();
const block = (seed) =>
  new PostNormBlock({
    hiddenSize,
    intermediateSize,
    numAttentionHeads: 4,
    layerNormEps: 1e-5,
    hiddenAct: 'gelu',
    hiddenDropout: 0,
    attentionDropout: 0,
    seed,
  });
const [first, second, classifier] = [block(1), block(2), new Linear(hiddenSize, 3, { seed: 3 })];
const parameters = new Map(
  Object.entries({ first, second, classifier }).flatMap(([name, module]) =>
    [...module.namedParameters()].map(([path, parameter]) => [`${name}.${path}`, parameter]),
  ),
);
const optimizer = new AdamW(parameters, { learningRate: 1e-3 });
const x = randomNormal([batchSize, length, hiddenSize], 0, 1, 'float32', 1);
const labels = tensor1d(
  Array.from({ length: batchSize }, (_, i) => i % 3),
  'int32',
);

for (let i = 0; i < warmup; i += 1) takeStep();
milliseconds.clear();
const startedAt = performance.now();
for (let i = 0; i < steps; i += 1) takeStep();
const perStep = (performance.now() - startedAt) / steps;
console.log(`One step takes ${perStep.toFixed(1)} ms, of them in kernels:`);
for (const [name, time] of [...milliseconds].sort(([, a], [, b]) => b - a)) {
  const share = time / steps / perStep;
  if (share > 0.005) console.log(`  ${name.padEnd(16)} ${(100 * share).toFixed(1)}%`);
}

console.log('\nx Wᵀ + b, milliseconds:');
for (const [inFeatures, outFeatures] of [
  [hiddenSize, hiddenSize],
  [hiddenSize, intermediateSize],
  [intermediateSize, hiddenSize],
]) {
  const shapes = [[batchSize * length, inFeatures], [outFeatures, inFeatures], [outFeatures]];
  const [a, weight, bias] = shapes.map((shape) => randomNormal(shape));
  const composed = median(() => fused.matMul({ a, b: transpose(weight), bias }));
  const oneKernel = median(() => fused.matMul({ a, b: weight, transposeB: true, bias }));
  console.log(`  ${inFeatures} to ${outFeatures}: transposed first ${composed}, in _FusedMatMul ${oneKernel}`);
  dispose([a, weight, bias]);
}

function takeStep() {
  const { loss, gradients } = computeGradients(() => {
    const hidden = [first, second].reduce((states, module) => module.call(states, {}).hiddenStates, x);
    return mean(crossEntropy(classifier.call(mean(hidden, 1)), labels));
  }, parameters);
  optimizer.step(gradients);
  dispose([loss, ...gradients.values()]);
}

/** Milliseconds by kernel; what a kernel calls counts as its own. */
function timeKernels() {
  const found = new Map();
  let depth = 0;
  for (const kernel of getKernelsForBackend('wasm')) {
    const { kernelName, backendName, kernelFunc } = kernel;
    unregisterKernel(kernelName, backendName);
    registerKernel({
      ...kernel,
      kernelFunc: (call) => {
        const begin = performance.now();
        depth += 1;
        try {
          return kernelFunc(call);
        } finally {
          depth -= 1;
          if (depth === 0) found.set(kernelName, (found.get(kernelName) ?? 0) + performance.now() - begin);
        }
      },
    });
  }
  return found;
}

function median(run) {
  for (let i = 0; i < warmup; i += 1) tidy(run);
  const times = Array.from({ length: repetitions }, () => {
    const begin = performance.now();
    tidy(run);
    return performance.now() - begin;
  });
  return times.sort((a, b) => a - b)[(repetitions - 1) / 2].toFixed(3);
}
