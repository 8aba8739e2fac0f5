import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ImageProcessor } from '@crossmodal/image-encoder';
import { TextTokenizer } from '@crossmodal/text-encoder';
import { decodeImage } from '@crossmodal/dataset';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolder, tinySettings, tinyWorld } from '../__fixtures__/tinyWorld.js';
import { exportRun } from './exportRun.js';
import { loadPredictor } from './loadPredictor.js';
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

it('a trained run in whole numbers says the same to 0.01, in fewer bytes', async () => {
  const run = await train({ ...tinySettings(folder), hiddenSize: 32, intermediateSize: 64, epochs: 2, report: false });
  const answers: Float32Array[] = [];
  const bytes: number[] = [];
  for (const precision of ['float32', 'int8'] as const) {
    const output = join(folder, precision);
    bytes.push((await exportRun(run.path, output, { precision })).bytes);
    const session = await InferenceSession.create(join(output, 'model.onnx'));
    const found = await session.run({ ...(await textFeeds(output)), ...(await imageFeeds(output)) });
    answers.push(found.probabilities!.data as Float32Array);
    await session.release();
  }
  const [exact, whole] = answers;
  const moved = exact!.map((value, i) => Math.abs(value - whole![i]!));
  expect(Math.max(...moved)).toBeLessThan(0.01);
  expect(Math.max(...moved)).toBeGreaterThan(1e-7);
  // Embeddings stay, and they are most of so small a model.
  expect(bytes[1]! / bytes[0]!).toBeLessThan(0.85);
});

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
