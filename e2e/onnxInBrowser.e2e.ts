import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { writeFolder } from '@crossmodal/weights';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExportedModel, exportSmallModel, type PlainTensor } from './exportedModel.js';
import { repository } from './installTarballs.js';
import { launchBrowser } from './launchBrowser.js';
import { temporaryFolder } from './temporaryFolder.js';

type Values = Readonly<Record<string, readonly number[]>>;

const origin = 'http://crossmodal.test';
const runtime = join(repository, 'node_modules/onnxruntime-web/dist');

const names = ['model.onnx', 'model-float16.onnx', 'model-external.onnx', 'model-external-float16.onnx'];

describe('an exported model gives the outputs of TensorFlow.js', () => {
  let browser: Browser;
  let exported: ExportedModel;
  const folder = temporaryFolder('onnx');
  beforeAll(async () => {
    [browser, exported] = [await launchBrowser(), await exportSmallModel()];
    const { CROSSMODAL_ONNX_OUTPUT: output } = process.env;
    for (const each of output ? [folder, output] : [folder]) await writeFolder(each, filesOf(exported));
  });
  afterAll(() => browser.close());

  it.each(names)('in a browser, through onnxruntime-web: %s', async (model) => {
    const page = await browser.newPage();
    // The page and the runtime come from disk; nothing leaves the machine.
    await page.route('**/*', (route) => {
      const name = basename(new URL(route.request().url()).pathname);
      if (name === '') return route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>ONNX</title>' });
      if (name.startsWith('model')) return route.fulfill({ body: readFileSync(join(folder, name)) });
      const contentType = name.endsWith('.wasm') ? 'application/wasm' : 'text/javascript';
      return route.fulfill({ contentType, body: readFileSync(join(runtime, name)) });
    });
    await page.goto(`${origin}/`);
    await page.addScriptTag({ url: `${origin}/ort.wasm.min.js` });
    const data = exported.variants[model]?.data?.[0];
    expectSame(await page.evaluate(runInPage, { origin, model, data, inputs: exported.inputs }), model);
    await page.close();
  });

  it.each(names)('in Node, through onnxruntime-node: %s', async (model) => {
    const session = await InferenceSession.create(join(folder, model));
    const feeds = Object.entries(exported.inputs).map(([name, { dtype, shape, values }]) => [
      name,
      dtype === 'int32'
        ? new Tensor('int64', BigInt64Array.from(values, BigInt), shape)
        : new Tensor('float32', Float32Array.from(values), shape),
    ]);
    const results = await session.run(Object.fromEntries(feeds) as Record<string, Tensor>);
    const found = Object.entries(results).map(([name, { data }]) => [name, Array.from(data as Float32Array)]);
    expectSame(Object.fromEntries(found) as Values, model);
    await session.release();
  });

  it('in fewer bytes as float16, and with the values in the second file', () => {
    const sizeOf = (name: string): number => statSync(join(folder, name)).size;
    expect(sizeOf('model-float16.onnx')).toBeLessThan(0.8 * sizeOf('model.onnx'));
    for (const name of names.filter((each) => each.includes('external'))) {
      expect(sizeOf(`${name}.data`)).toBeGreaterThan(2 * sizeOf(name));
    }
  });

  function expectSame(found: Values, model: string): void {
    expect(Object.keys(found).sort()).toEqual(['crossAttentions', 'logits', 'probabilities']);
    for (const [name, { values }] of Object.entries(exported.outputs)) {
      expect(found[name]).toHaveLength(values.length);
      const largest = Math.max(...values.map((value, i) => Math.abs(value - (found[name]?.[i] ?? NaN))));
      expect(largest, name).toBeLessThan(exported.variants[model]?.tolerance ?? NaN);
      // Otherwise the larger tolerance would mean nothing.
      if (model.includes('float16') && name === 'logits') expect(largest).toBeGreaterThan(1e-4);
    }
  }
});

/** Everything by name, and `batch.json` for `parity/onnx_model.py`. */
function filesOf({ variants, inputs, outputs }: ExportedModel): Map<string, Uint8Array | string> {
  const tolerances = Object.fromEntries(Object.entries(variants).map(([name, { tolerance }]) => [name, tolerance]));
  return new Map<string, Uint8Array | string>([
    ...Object.entries(variants).flatMap(([name, { model, data }]) => [[name, model] as const, ...(data ? [data] : [])]),
    ['batch.json', JSON.stringify({ tolerances, inputs, outputs })],
  ]);
}

/** The part of `onnxruntime-web` that the page uses. */
interface WebRuntime {
  readonly env: { readonly wasm: { numThreads: number; wasmPaths: string } };
  readonly Tensor: new (type: string, data: BigInt64Array | Float32Array, dims: readonly number[]) => unknown;
  readonly InferenceSession: {
    create(
      url: string,
      options: object,
    ): Promise<{
      run(feeds: object): Promise<Readonly<Record<string, { readonly data: Float32Array }>>>;
    }>;
  };
}

/** Runs in the page: only its argument is known there. */
async function runInPage(given: {
  readonly origin: string;
  readonly model: string;
  readonly data: string | undefined;
  readonly inputs: Readonly<Record<string, PlainTensor>>;
}): Promise<Record<string, number[]>> {
  const { ort } = globalThis as unknown as { ort: WebRuntime }; // the script put it there
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = `${given.origin}/`;
  const session = await ort.InferenceSession.create(`models/${given.model}`, {
    executionProviders: ['wasm'],
    ...(given.data === undefined ? {} : { externalData: [{ path: given.data, data: `models/${given.data}` }] }),
  });
  const feeds: Record<string, unknown> = {};
  for (const [name, { dtype, shape, values }] of Object.entries(given.inputs)) {
    feeds[name] =
      dtype === 'int32'
        ? new ort.Tensor('int64', BigInt64Array.from(values, BigInt), shape)
        : new ort.Tensor('float32', Float32Array.from(values), shape);
  }
  const results = await session.run(feeds);
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, Array.from(data)]));
}
