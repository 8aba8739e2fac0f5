/** The measurement in this process; `run.mjs` bundles and starts it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assignParameters, parameterShapes } from '@crossmodal/layers';
import { assertTensorsMatch, openFolder, openSafetensors, openTorchFile } from '@crossmodal/weights';
import '@tensorflow/tfjs-backend-wasm';
import { ready, setBackend, tensor4d } from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import { readTorchVit, TorchVit } from '../../packages/image-encoder/src/encoder/__fixtures__/TorchVit.js';
import { answerTasks } from '../lib/answerTasks.mjs';

const sizes = {
  hiddenSize: 128,
  numAttentionHeads: 8,
  intermediateSize: 256,
  numHiddenLayers: 6,
  imageSize: 32,
  patchSize: 4,
  numLabels: 10,
};
const side = sizes.imageSize;
const pixelsPerImage = side * side * 3;
const batchSize = 50;

const [, , location] = process.argv;
await setBackend('wasm');
await ready();
const folder = openFolder(location);
const reference = JSON.parse(await readFile(join(location, 'reference_logits.json'), 'utf8'));
const rows = (await readFile(join(location, 'cifar10-test-sample/labels.csv'), 'utf8')).trim().split(/\r?\n/).slice(1);
const samples = rows.map((row) => {
  const [path, label] = row.split(',');
  return { path, label: reference.classes.indexOf(label) };
});
const pixels = await readPixels();

await answerTasks(async () => {
  const ofTorch = await logitsOf('vit_cifar10.pth', openTorchFile);
  const ofSafetensors = await logitsOf('vit_cifar10.safetensors', openSafetensors);
  return {
    files: [
      { file: 'vit_cifar10.pth', pictures: samples.length, ...compare(ofTorch) },
      { file: 'vit_cifar10.safetensors', pictures: samples.length, ...compare(ofSafetensors) },
    ],
    between: largestDifference(ofTorch.flat(), ofSafetensors.flat()),
  };
});

async function logitsOf(name, open) {
  const file = await open(await folder.open(name));
  const model = new TorchVit(sizes);
  const parameters = await readTorchVit(file);
  await file.close();
  assertTensorsMatch(parameterShapes(model), parameters, name);
  assignParameters(model, parameters);
  const logits = [];
  for (let start = 0; start < samples.length; start += batchSize) {
    const count = Math.min(batchSize, samples.length - start);
    const values = pixels.subarray(start * pixelsPerImage, (start + count) * pixelsPerImage);
    const batch = tensor4d(values, [count, side, side, 3]);
    const output = model.call(batch);
    logits.push(...(await output.array()));
    batch.dispose();
    output.dispose();
  }
  model.dispose();
  return logits;
}

async function readPixels() {
  const all = new Float32Array(samples.length * pixelsPerImage);
  for (const [i, { path }] of samples.entries()) {
    const { data } = await sharp(join(location, 'cifar10-test-sample', path))
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    for (const [j, value] of data.entries()) {
      const channel = j % 3;
      all[i * pixelsPerImage + j] = (value / 255 - reference.mean[channel]) / reference.std[channel];
    }
  }
  return all;
}

function compare(logits) {
  const expected = samples.map(({ path }) => reference.logits[path]);
  const chosen = logits.map(argMax);
  const share = (matches) => matches.filter(Boolean).length / samples.length;
  return {
    largestDifference: largestDifference(logits.flat(), expected.flat()),
    sameChoice: share(chosen.map((label, i) => label === argMax(expected[i]))),
    accuracy: share(chosen.map((label, i) => label === samples[i].label)),
    referenceAccuracy: reference.sample_accuracy,
  };
}

function largestDifference(a, b) {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0);
}

function argMax(values) {
  return values.indexOf(Math.max(...values));
}
