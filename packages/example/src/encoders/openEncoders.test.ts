import type { FusionStrategy } from '@crossmodal/fusion-model';
import { memory, setBackend, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../__fixtures__/tinyWorld.js';
import { batchTensors } from '../pipeline/EncodedBatch.js';
import { predictSamples } from '../pipeline/predictSamples.js';
import { sampleBatches } from '../pipeline/sampleBatches.js';
import { explainSamples } from '../pipeline/explainSamples.js';
import { measureImageReliance } from '../pipeline/measureImageReliance.js';
import type { ExplainRunOptions } from '../pipeline/writeExplanations.js';
import { untrainedRun } from '../report/__fixtures__/untrainedRun.js';
import { writeRows } from '../report/__fixtures__/writeRows.js';
import { openEncoders } from './openEncoders.js';
import type { RunEncoders } from './RunEncoders.js';

const folder = temporaryFolder();
let rows: Awaited<ReturnType<typeof writeRows>>;

beforeAll(async () => {
  rows = await writeRows(
    folder,
    ['good', 'bad good good good good', 'good bad bad', 'bad', 'bad bad good'].map((text, i) => ({
      id: String(i),
      text,
      label: i % 2 === 0 ? 'good' : 'bad',
      split: i < 2 ? ('train' as const) : ('test' as const),
      ...(i === 3 ? { image: 'missing' as const } : {}),
    })),
  );
});

async function frozenRun(fusionStrategy: FusionStrategy): Promise<ExplainRunOptions> {
  const run = await untrainedRun({ ...rows, onBadImage: 'blank', fusionStrategy, initializerRange: 0.3 });
  run.loaded.model.eval().freeze(/Encoder\./);
  return run;
}

const open = ({ loaded }: ExplainRunOptions): RunEncoders => openEncoders(loaded.model, { engine: 'onnxruntime' });
const allOf = ({ data }: ExplainRunOptions) => Object.values(data.splits).flat();

describe('encoders that ONNX Runtime runs', () => {
  it.each(['cross-attention', 'pooled-cross-attention', 'text-only', 'image-only'] as const)(
    'lead to the answers of the model: %s',
    async (strategy) => {
      const run = await frozenRun(strategy);
      const { model } = run.loaded;
      const expected = await predictSamples(model, run.source, run.tokens, allOf(run));
      const encoders = open(run);
      const calls = [model.textEncoder, model.imageEncoder].flatMap((each) => (each ? [vi.spyOn(each, 'call')] : []));
      const source = { ...run.source, encoders };
      const before = memory().numTensors;
      const found = await predictSamples(model, source, run.tokens, allOf(run));
      await predictSamples(model, source, run.tokens, allOf(run));
      expect(memory().numTensors).toBe(before);
      // Two runs while the graph is written, and none for the batches.
      for (const { mock } of calls) expect(mock.calls.length).toBe(2);
      expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
      for (const [i, { probabilities, peakPatch }] of found.entries()) {
        for (const [label, probability] of probabilities.entries()) {
          expect(probability).toBeCloseTo(expected[i]!.probabilities[label]!, 5);
        }
        expect(peakPatch).toBe(expected[i]!.peakPatch);
      }
      await encoders.close();
    },
  );

  it('give features within 1e-4 of those of TensorFlow.js, for every word and patch', async () => {
    const run = await frozenRun('cross-attention');
    const encoders = open(run);
    let largest = 0;
    let seen = 0;
    for await (const batch of sampleBatches(run.source, run.tokens, allOf(run), {
      shuffle: false,
      seed: 0,
      epoch: 0,
    })) {
      const expected = run.loaded.model.encode(batchTensors(batch));
      for (const [features, encoder] of [
        [expected.text, encoders.text],
        [expected.image, encoders.image],
      ] as const) {
        for (const [name, { shape, data, mask }] of (await encoder?.encode(batch)) ?? []) {
          const tensor = (features as unknown as Record<string, Tensor>)[name]!;
          expect(shape).toEqual(tensor.shape);
          const values = await tensor.data();
          const width = shape.at(-1)!;
          for (const [at, value] of data.entries()) {
            // What stands at padding is looked at by nobody.
            if (mask?.[Math.floor(at / width)] === 0) continue;
            largest = Math.max(largest, Math.abs(value - values[at]!));
            seen += 1;
          }
        }
      }
    }
    expect(seen).toBeGreaterThan(1000);
    expect(largest).toBeLessThan(1e-4);
    await encoders.close();
  });

  it('explain, and measure how much pictures count, as the model does', async () => {
    const run = await frozenRun('cross-attention');
    const encoders = open(run);
    const test = run.data.splits.test;
    const results: { readonly logits: readonly number[]; readonly shifts: readonly number[] }[] = [];
    for (const source of [run.source, { ...run.source, encoders }]) {
      const before = memory().numTensors;
      const logits: number[] = [];
      for await (const sample of explainSamples(run.loaded, source, run.tokens, test)) logits.push(...sample.logits);
      const shifts = [...(await measureImageReliance(run.loaded.model, source, run.tokens, test)).values()];
      expect(memory().numTensors).toBe(before);
      results.push({ logits, shifts });
    }
    const [own, through] = results;
    expect(own!.shifts).toHaveLength(2);
    for (const what of ['logits', 'shifts'] as const) {
      for (const [i, value] of own![what].entries()) expect(through![what][i]).toBeCloseTo(value, 4);
    }
    await encoders.close();
  });
});

describe('openEncoders', () => {
  const loaded = { problem: 'onnxruntime-node must be version 1.30.0, got none' };

  it('takes the frozen sides alone', async () => {
    const { loaded } = await untrainedRun({ ...rows, onBadImage: 'blank' });
    expect(open({ loaded } as ExplainRunOptions)).toMatchObject({ text: undefined, image: undefined });
    loaded.model.freeze(/^imageEncoder\./);
    const { text, image } = open({ loaded } as ExplainRunOptions);
    expect([text, image?.constructor.name]).toEqual([undefined, 'OnnxEncoder']);
  });

  it('says once why TensorFlow.js runs them, or that ONNX Runtime does', async () => {
    const { loaded: run } = await frozenRun('cross-attention');
    const said: unknown[] = [];
    const onEvent = (event: unknown): unknown => said.push(event);
    expect(openEncoders(run.model, { engine: 'auto', onEvent, load: () => loaded }).text).toBeUndefined();
    openEncoders(run.model, { engine: 'tensorflow', onEvent });
    openEncoders(run.model, { engine: 'auto', onEvent });
    expect(said).toEqual([
      {
        type: 'message',
        level: 'info',
        text: 'frozen encoders run in TensorFlow.js: onnxruntime-node must be version 1.30.0, got none',
      },
      { type: 'message', level: 'info', text: 'frozen encoders run in ONNX Runtime 1.30.0' },
    ]);
  });

  it('leaves encoders to TensorFlow.js that are too large for one model, and says how large', async () => {
    const run = await frozenRun('cross-attention');
    const { model } = run.loaded;
    const sizeOf = (encoder: Pick<NonNullable<typeof model.textEncoder>, 'namedParameters'>): number =>
      [...encoder.namedParameters().values()].reduce((sum, { size }) => sum + 4 * size, 0);
    const sizes = [model.textEncoder, model.imageEncoder].map((encoder) => sizeOf(encoder!));
    const largest = Math.max(...sizes);
    expect(Math.min(...sizes)).toBeLessThan(largest);
    const said: { readonly text?: string }[] = [];
    const options = { largestBytes: largest - 4, onEvent: (event: object): unknown => said.push(event) };
    const gigabytes = (bytes: number): string => `${Number((bytes / 1e9).toPrecision(2))} GB`;
    const problem = `an encoder must have at most ${gigabytes(largest - 4)} of weights, got ${gigabytes(largest)}`;
    const encoders = openEncoders(model, { engine: 'auto', ...options });
    expect(said).toEqual([
      { type: 'message', level: 'info', text: `frozen encoders run in TensorFlow.js: ${problem}` },
    ]);
    const source = { ...run.source, encoders };
    expect(await predictSamples(model, source, run.tokens, allOf(run))).toEqual(
      await predictSamples(model, run.source, run.tokens, allOf(run)),
    );
    expect(() => openEncoders(model, { engine: 'onnxruntime', ...options })).toThrow(
      `config: encoderEngine: ${problem}.`,
    );
    expect(openEncoders(model, { engine: 'auto', largestBytes: largest }).text).toBeDefined();
  });

  it('refuses where ONNX Runtime is asked for by name and cannot be had', async () => {
    const { loaded: run } = await frozenRun('text-only');
    expect(() => openEncoders(run.model, { engine: 'onnxruntime', load: () => loaded })).toThrow(
      'config: encoderEngine: onnxruntime-node must be version 1.30.0, got none.',
    );
    await setBackend('wasm');
  });
});
