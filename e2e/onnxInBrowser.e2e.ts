import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFolder } from '@crossmodal/weights';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExportedModel, exportSmallModel, type PlainTensor } from './exportedModel.js';
import { repository } from './installTarballs.js';
import { launchBrowser } from './launchBrowser.js';

type Values = Readonly<Record<string, readonly number[]>>;

const origin = 'http://crossmodal.test';
const runtime = join(repository, 'node_modules/onnxruntime-web/dist');

describe('an exported model gives the outputs of TensorFlow.js', () => {
  let browser: Browser;
  let model: ExportedModel;
  beforeAll(async () => {
    [browser, model] = [await launchBrowser(), await exportSmallModel()];
    const { CROSSMODAL_ONNX_OUTPUT: output } = process.env;
    if (output) await writeFolder(output, filesOf(model));
  });
  afterAll(() => browser.close());

  it('in a browser, through onnxruntime-web', async () => {
    const page = await browser.newPage();
    // The page and the runtime come from disk; nothing leaves the machine.
    await page.route('**/*', (route) => {
      const name = new URL(route.request().url()).pathname.slice(1);
      if (name === '') return route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>ONNX</title>' });
      if (name === 'model.onnx') return route.fulfill({ body: Buffer.from(model.bytes) });
      const contentType = name.endsWith('.wasm') ? 'application/wasm' : 'text/javascript';
      return route.fulfill({ contentType, body: readFileSync(join(runtime, name)) });
    });
    await page.goto(`${origin}/`);
    await page.addScriptTag({ url: `${origin}/ort.wasm.min.js` });
    const found = await page.evaluate(runInPage, { origin, inputs: model.inputs });
    expectSame(found, model);
    await page.close();
  });

  it('in Node, through onnxruntime-node', async () => {
    const session = await InferenceSession.create(model.bytes);
    const feeds = Object.entries(model.inputs).map(([name, { dtype, shape, values }]) => [
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
});

/** For `parity/onnx_model.py`. */
function filesOf({ bytes, inputs, outputs }: ExportedModel): Map<string, Uint8Array | string> {
  return new Map<string, Uint8Array | string>([
    ['model.onnx', bytes],
    ['batch.json', JSON.stringify({ inputs, outputs })],
  ]);
}

function expectSame(found: Values, { outputs }: ExportedModel): void {
  expect(Object.keys(found).sort()).toEqual(['crossAttentions', 'logits', 'probabilities']);
  for (const [name, { values }] of Object.entries(outputs)) {
    expect(found[name]).toHaveLength(values.length);
    const largest = Math.max(...values.map((value, i) => Math.abs(value - (found[name]?.[i] ?? NaN))));
    expect(largest, name).toBeLessThan(1e-4);
  }
}

/** The part of `onnxruntime-web` that the page uses. */
interface WebRuntime {
  readonly env: { readonly wasm: { numThreads: number; wasmPaths: string } };
  readonly Tensor: new (type: string, data: BigInt64Array | Float32Array, dims: readonly number[]) => unknown;
  readonly InferenceSession: {
    create(
      bytes: Uint8Array,
      options: object,
    ): Promise<{
      run(feeds: object): Promise<Readonly<Record<string, { readonly data: Float32Array }>>>;
    }>;
  };
}

/** Runs in the page: only its argument is known there. */
async function runInPage(given: {
  readonly origin: string;
  readonly inputs: Readonly<Record<string, PlainTensor>>;
}): Promise<Record<string, number[]>> {
  const { ort } = globalThis as unknown as { ort: WebRuntime }; // the script put it there
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = `${given.origin}/`;
  const bytes = new Uint8Array(await (await fetch('model.onnx')).arrayBuffer());
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
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
