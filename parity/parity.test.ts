import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AutoImageEncoder, ImageProcessor } from '@crossmodal/image-encoder';
import type { Module } from '@crossmodal/layers';
import { AutoTextEncoder, TextTokenizer } from '@crossmodal/text-encoder';
import type { TensorData } from '@crossmodal/weights';
import '@tensorflow/tfjs-backend-wasm';
import {
  add,
  expandDims,
  mul,
  ready,
  type Scalar,
  setBackend,
  sum,
  type Tensor,
  tensor,
  type Tensor2D,
  tensor2d,
  tensor4d,
  tidy,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readReference } from './Reference.js';

const own = process.env.CROSSMODAL_TEST_MODEL;
const folders = own ? [resolve(own)] : ['bert', 'clip'].map((name) => join(import.meta.dirname, 'models', name));
/** Largest differences that pass; a gradient is measured by its largest entry. */
const TOLERANCE = { pixels: 1e-6, outputs: 1e-4, gradients: 1e-4 };
/** Of each folder, what was compared. */
const reports = new Map<string, string[]>();

beforeAll(async () => {
  await setBackend('wasm');
  await ready();
});

afterAll(() => {
  for (const [folder, lines] of reports)
    process.stdout.write(`${folder} against Python, on wasm\n${lines.join('\n')}\n\n`);
});

describe.each(folders)('%s', async (folder) => {
  const { text, tensors } = await readReference(folder);
  const lines: string[] = [];
  reports.set(folder, lines);
  const report = (what: string, compared: number, difference: number): void => {
    lines.push(
      `  ${what.padEnd(28)} ${String(compared).padStart(9)} values   largest difference ${difference.toExponential(2)}`,
    );
  };

  /** Compares everything that an encoder gives back, and the gradients that the reference holds. */
  const compareEncoder = async (
    side: 'text' | 'image',
    encoder: Module,
    run: () => Readonly<Record<string, Tensor | undefined>>,
    mask?: Tensor2D,
  ): Promise<void> => {
    const names = namesUnder(tensors, `${side}.output.`);
    const outputs = tidy(() => masked(run(), names, mask));
    for (const name of names) {
      const { values } = floats(tensors, `${side}.output.${name}`);
      const difference = largestDifference(await outputs[name]!.data(), values);
      report(`${side}: ${name}`, values.length, difference);
      expect(difference, name).toBeLessThan(TOLERANCE.outputs);
    }
    const parameters = encoder.namedParameters();
    const { grads } = variableGrads(() => contract(masked(run(), names, mask)), [...parameters.values()]);
    const paths = namesUnder(tensors, `${side}.gradient.`);
    let compared = 0;
    let worst = 0;
    for (const path of paths) {
      // A tower that Python loads alone has lost its prefix there.
      const variable = parameters.get(path) ?? parameters.get(`${side}_model.${path}`.replace('image', 'vision'));
      expect(variable, path).toBeDefined();
      const { values } = floats(tensors, `${side}.gradient.${path}`);
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      compared += values.length;
      const difference = largestDifference(await grads[variable!.name]!.data(), values);
      // Softmax ignores what is added to all keys: exactly zero, so that only rounding is left.
      if (/(key|k_lin|k_proj)\.bias$/.test(path)) continue;
      worst = Math.max(worst, difference / largest);
      expect(difference / largest, path).toBeLessThan(TOLERANCE.gradients);
    }
    expect(paths.length).toBeGreaterThan(0);
    report(`${side}: ${paths.length} gradients, relative`, compared, worst);
  };

  if (text) {
    it('cuts the same tokens at the same places', async () => {
      const tokenizer = await TextTokenizer.load(folder);
      const batch = tokenizer.encodeBatch([...text.texts], { maxLength: text.maxLength });
      expect([...batch.inputIds]).toEqual(text.inputIds.flat());
      expect([...batch.attentionMask]).toEqual(text.attentionMask.flat());
      for (const [row, { offsets }] of batch.encodings.entries()) {
        const ours = offsets.map(([start, end]) =>
          [start, end].map((at) => Array.from(text.texts[row]!.slice(0, at)).length),
        );
        expect(ours).toEqual(text.offsets[row]!.slice(0, offsets.length));
      }
      report('text: tokens', batch.inputIds.length, 0);
    });

    it('makes the same text states and gradients', async () => {
      const encoder = await AutoTextEncoder.load(folder);
      const ids = (rows: readonly (readonly number[])[]): Tensor2D =>
        tensor2d(
          rows.map((row) => [...row]),
          undefined,
          'int32',
        );
      const attentionMask = ids(text.attentionMask);
      const inputs = { inputIds: ids(text.inputIds), attentionMask };
      await compareEncoder('text', encoder, () => ({ ...encoder.call(inputs) }), attentionMask);
      encoder.dispose();
    });
  }

  if (tensors.has('image.pixelValues')) {
    it('makes the same pixels', async () => {
      const processor = await ImageProcessor.load(folder);
      const { values } = floats(tensors, 'image.pixelValues');
      const pictures = namesUnder(tensors, 'image.picture.').sort();
      const size = values.length / pictures.length;
      let worst = 0;
      for (const [i, name] of pictures.entries()) {
        const { shape, data } = tensors.get(`image.picture.${name}`)!;
        const picture = { height: shape[0]!, width: shape[1]!, data: data as Uint8Array };
        worst = Math.max(
          worst,
          largestDifference(processor.preprocess(picture), values.subarray(i * size, (i + 1) * size)),
        );
      }
      report('image: pixels', values.length, worst);
      expect(worst).toBeLessThan(TOLERANCE.pixels);
    });

    it('makes the same image states and gradients', async () => {
      const encoder = await AutoImageEncoder.load(folder);
      const { shape, values } = floats(tensors, 'image.pixelValues');
      const pixelValues = tensor4d(values, shape as [number, number, number, number]);
      await compareEncoder('image', encoder, () => ({ ...encoder.call({ pixelValues }) }));
      encoder.dispose();
    });
  }

  it('has something to compare', () => {
    expect(text !== undefined || tensors.has('image.pixelValues')).toBe(true);
    expect(existsSync(join(folder, 'config.json'))).toBe(true);
  });
});

function namesUnder(tensors: ReadonlyMap<string, TensorData>, prefix: string): string[] {
  return [...tensors.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
}

function floats(
  tensors: ReadonlyMap<string, TensorData>,
  name: string,
): { shape: readonly number[]; values: Float32Array } {
  const { shape, data } = tensors.get(name)!;
  if (!(data instanceof Float32Array)) throw new TypeError(`${name} must be float32.`);
  return { shape, values: data };
}

/** The outputs that the reference holds; states of padding are zero. */
function masked(
  outputs: Readonly<Record<string, Tensor | undefined>>,
  names: readonly string[],
  mask: Tensor2D | undefined,
): Record<string, Tensor> {
  return Object.fromEntries(
    names.map((name) => {
      const output = outputs[name]!;
      return [name, name === 'lastHiddenState' && mask ? mul(output, expandDims(mask, 2)) : output];
    }),
  );
}

/** One number from all outputs; written identically in reference.py. */
function contract(outputs: Readonly<Record<string, Tensor>>): Scalar {
  return Object.entries(outputs)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, output], phase) => {
      const cotangent = Float32Array.from({ length: output.size }, (_, i) => Math.sin(i * 0.7 + phase));
      return sum(mul(output, tensor(cotangent, output.shape)));
    })
    .reduce((total, part) => add(total, part)) as Scalar;
}

function largestDifference(ours: ArrayLike<number>, theirs: ArrayLike<number>): number {
  expect(ours.length).toBe(theirs.length);
  let worst = 0;
  for (let i = 0; i < ours.length; i++) worst = Math.max(worst, Math.abs(ours[i]! - theirs[i]!));
  return worst;
}
