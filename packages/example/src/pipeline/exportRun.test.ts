import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ImageProcessor } from '@crossmodal/image-encoder';
import { TextTokenizer } from '@crossmodal/text-encoder';
import { decodeImage } from '@crossmodal/dataset';
import { parseSafetensors, serializeSafetensors } from '@crossmodal/weights';
import { getBackend } from '@tensorflow/tfjs-core';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder, tinySettings, tinyWorld } from '../__fixtures__/tinyWorld.js';
import { exportRun, type ExportRunOptions } from './exportRun.js';
import { loadPredictor } from './loadPredictor.js';
import { findCheckpoint } from './loadRun.js';
import { train } from './train.js';

const folder = temporaryFolder();
const image = join(folder, 'world/images/000001.jpg');
const texts = ['a fine lamp', 'the lamp broke, and nobody answers my letters about it'];

beforeAll(() => tinyWorld(folder));

it.each(['cross-attention', 'pooled-cross-attention', 'concatenation', 'text-only', 'image-only'] as const)(
  'a run with %s answers in ONNX Runtime as it does here',
  async (fusionStrategy) => {
    const run = await train({ ...tinySettings(folder), fusionStrategy, epochs: 1, report: false });
    const output = join(folder, fusionStrategy);
    const exported = await exportRun(run.path, output);
    const predictor = await loadPredictor(run.path);
    const answers = await predictor.predict(
      texts.map((text) => (fusionStrategy === 'text-only' ? { text } : { text, image })),
    );
    predictor.dispose();

    const session = await InferenceSession.create(join(output, 'model.onnx'));
    expect([...session.inputNames].sort()).toEqual(Object.keys(exported.inputs).sort());
    expect([...session.outputNames]).toEqual(exported.outputs);
    const feeds = { ...(await textFeeds(output)), ...(await imageFeeds(output)) };
    const found = await session.run(Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]!])));
    const probabilities = found.probabilities!.data as Float32Array;
    const { id2label } = JSON.parse(readFileSync(join(output, 'config.json'), 'utf8')) as {
      id2label: Record<string, string>;
    };
    for (const [row, answer] of answers.entries()) {
      for (const [column, label] of Object.entries(id2label)) {
        expect(probabilities[row * 2 + Number(column)]).toBeCloseTo(answer.probabilities[label]!, 5);
      }
    }
    await session.release();
  },
);

describe('a trained run', () => {
  let run: string;
  let exact: Awaited<ReturnType<typeof answer>>;
  beforeAll(async () => {
    const sizes = { hiddenSize: 32, intermediateSize: 64 };
    run = (await train({ ...tinySettings(folder), ...sizes, epochs: 2, report: false })).path;
    exact = await answer(run, 'float32');
  });

  it.each([
    // Moved by 2.1e-4 when it was written. Embeddings stay float32, and they are most of so small a model.
    ['int8', 2e-3, 1e-5, 0.85],
    // By 1.6e-6.
    ['float16', 2e-5, 1e-7, 0.6],
  ] as const)('in %s says the same to %d, in fewer bytes', async (precision, tolerance, least, share) => {
    const { found, bytes } = await answer(run, precision, { precision });
    const moved = largestDifference(exact.found.probabilities!, found.probabilities!);
    expect(moved).toBeLessThan(tolerance);
    expect(moved).toBeGreaterThan(least);
    expect(bytes / exact.bytes).toBeLessThan(share);
  });

  it.each(['float32', 'float16', 'int8'] as const)('says exactly the same from two files in %s', async (precision) => {
    const one = await answer(run, 'one', { precision });
    const two = await answer(run, 'two', { precision, largestBytes: 0 });
    expect(two.files).toEqual(expect.arrayContaining(['model.onnx', 'model.onnx.data']));
    expect(two.exported.externalData).toEqual({ name: 'model.onnx.data', bytes: sizeOf('two/model.onnx.data') });
    expect(two.exported.bytes).toBe(sizeOf('two/model.onnx'));
    // Values of 1,024 bytes and more are out of it.
    expect(two.exported.bytes).toBeLessThan(one.exported.bytes / 2);
    for (const [name, values] of Object.entries(one.found)) expect(two.found[name], name).toEqual(values);
  });

  it('uses a second file from the limit on, and leaves none behind that the model does not read', async () => {
    const total = exact.exported.bytes;
    const above = await answer(run, 'limit', { largestBytes: total / 2 });
    expect(above.files).toContain('model.onnx.data');
    const below = await answer(run, 'limit', { largestBytes: total });
    expect(below.files).not.toContain('model.onnx.data');
    expect(below.exported.externalData).toBeUndefined();
    expect(below.found.logits).toEqual(exact.found.logits);
  });

  it('exports on cpu what the heap of wasm might not hold, with the same model', async () => {
    await exportRun(run, join(folder, 'small'));
    expect(getBackend()).toBe('wasm');
    const large = join(folder, 'large');
    cpSync(findCheckpoint(run), large, { recursive: true });
    mkdirSync(join(large, 'more'));
    const weights = join(large, 'more/model.safetensors');
    writeFileSync(weights, '');
    truncateSync(weights, 2.1e9); // takes no space
    const { found } = await answer(large, 'from-cpu');
    rmSync(weights);
    expect(getBackend()).toBe('cpu');
    expect(found.logits).toEqual(exact.found.logits);
  });

  it('names the matrices that float16 cannot hold', async () => {
    expect((await exportRun(run, join(folder, 'kept'), { precision: 'float16' })).keptFloat32).toEqual([]);
    const changed = join(folder, 'changed');
    cpSync(findCheckpoint(run), changed, { recursive: true });
    const file = join(changed, 'text-encoder/model.safetensors');
    const weights = parseSafetensors(readFileSync(file));
    const name = 'encoder.layer.0.output.dense.weight';
    const [key, { data }] = [...weights].find(([key]) => key.endsWith(name))!;
    data[5] = 70_000;
    writeFileSync(file, serializeSafetensors(weights));
    const exported = await exportRun(changed, join(folder, 'kept'), { precision: 'float16' });
    expect(exported.keptFloat32).toEqual([`textEncoder.${key}`]);
  });
});

type Answers = Readonly<Record<string, Float32Array>>;

/** Exports a run into a folder of that name, and asks the model there. */
async function answer(run: string, name: string, options: ExportRunOptions = {}) {
  const output = join(folder, name);
  const exported = await exportRun(run, output, options);
  const session = await InferenceSession.create(join(output, 'model.onnx'));
  const results = await session.run({ ...(await textFeeds(output)), ...(await imageFeeds(output)) });
  await session.release();
  const found: Answers = Object.fromEntries(
    Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]),
  );
  return { exported, found, files: readdirSync(output), bytes: exported.bytes + (exported.externalData?.bytes ?? 0) };
}

function sizeOf(path: string): number {
  return statSync(join(folder, path)).size;
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
}

async function textFeeds(output: string): Promise<Record<string, Tensor>> {
  if (!readdirSync(output).includes('tokenizer.json')) return {};
  const { inputIds, attentionMask, shape } = (await TextTokenizer.load(output)).encodeBatch(texts);
  const whole = (values: Int32Array) => new Tensor('int64', BigInt64Array.from(values, BigInt), shape);
  return { input_ids: whole(inputIds), attention_mask: whole(attentionMask) };
}

async function imageFeeds(output: string): Promise<Record<string, Tensor>> {
  if (!readdirSync(output).includes('preprocessor_config.json')) return {};
  const processor = await ImageProcessor.load(output);
  const rows = processor.preprocess(await decodeImage(image)); // [side, side, 3]
  const plane = processor.size ** 2;
  const channels = Float32Array.from({ length: 3 * plane }, (_, i) => rows[(i % plane) * 3 + Math.floor(i / plane)]!);
  const both = Float32Array.from([...channels, ...channels]);
  return {
    pixel_values: new Tensor('float32', both, [2, 3, processor.size, processor.size]),
    image_mask: new Tensor('int64', BigInt64Array.of(1n, 1n), [2]),
  };
}
