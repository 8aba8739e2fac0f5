import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installTarballs, publishedPackages, repository } from './installTarballs.js';
import { launchBrowser } from './launchBrowser.js';

/** Trains a model that holds CrossModalAttention, saves it, loads it, and prints what must be true of any of that. */
const trainInModel = `
  const query = tf.tensor(Array.from({ length: 40 }, (_, i) => Math.sin(i)), [2, 5, 4]);
  const key = tf.tensor(Array.from({ length: 36 }, (_, i) => Math.cos(i)), [2, 3, 6]);
  const target = tf.tensor(Array.from({ length: 80 }, (_, i) => Math.sin(2 * i)), [2, 5, 8]);
  const inputs = [tfl.input({ shape: [5, 4] }), tfl.input({ shape: [3, 6] })];
  const [attended] = new CrossModalAttention({ hiddenSize: 8, numAttentionHeads: 2 }).apply(inputs);
  const model = tfl.model({ inputs, outputs: attended });
  model.compile({ optimizer: tf.train.adam(0.05), loss: 'meanSquaredError' });
  const { history } = await model.fit([query, key], target, { epochs: 20, verbose: 0 });
  let artifacts;
  await model.save(tf.io.withSaveHandler(async (saved) => ((artifacts = saved), { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } })));
  registerLayers();
  const loaded = await tfl.loadLayersModel(tf.io.fromMemory(artifacts));
  const before = await model.predict([query, key]).data();
  const after = await loaded.predict([query, key]).data();
  const difference = Math.max(...before.map((value, i) => Math.abs(value - after[i])));
  const result = {
    parameters: model.countParams(),
    learned: history.loss[19] < 0.8 * history.loss[0],
    sameAfterLoading: difference < 1e-6,
  };
`;
const expected = { parameters: 8 * 4 + 8 + 2 * (8 * 6 + 8) + 8 * 8 + 8, learned: true, sameAfterLoading: true };

const forTraining = [
  '@crossmodal/cross-attention',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-layers',
  '@tensorflow/tfjs-backend-cpu',
];
const inBrowser = [
  '@crossmodal/backends',
  '@crossmodal/cross-attention',
  '@crossmodal/fusion-model',
  '@crossmodal/text-encoder',
  '@crossmodal/image-encoder',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-layers',
];

describe('packed packages', () => {
  const projects: string[] = [];
  const project = (name: string, manifest: Record<string, unknown>, install: readonly string[]): string => {
    const folder = installTarballs(name, manifest, install);
    projects.push(folder);
    return folder;
  };
  afterAll(() => {
    for (const folder of projects) rmSync(folder, { recursive: true });
  });
  const run = (folder: string, file: string): unknown =>
    JSON.parse(execFileSync(process.execPath, [file], { cwd: folder, encoding: 'utf8' }));

  it('trains, saves and loads in an empty ESM project', () => {
    const folder = project('esm', { type: 'module' }, forTraining);
    const imports = `import * as tf from '@tensorflow/tfjs-core';
      import * as tfl from '@tensorflow/tfjs-layers';
      import '@tensorflow/tfjs-backend-cpu';
      import { CrossModalAttention, registerLayers } from '@crossmodal/cross-attention';`;
    writeFileSync(join(folder, 'main.js'), `${imports}${trainInModel}console.log(JSON.stringify(result));`);
    expect(run(folder, 'main.js')).toEqual(expected);
  });

  it('trains, saves and loads in a CommonJS project', () => {
    const folder = project('cjs', { type: 'commonjs' }, forTraining);
    const imports = `const tf = require('@tensorflow/tfjs-core');
      const tfl = require('@tensorflow/tfjs-layers');
      require('@tensorflow/tfjs-backend-cpu');
      const { CrossModalAttention, registerLayers } = require('@crossmodal/cross-attention');`;
    writeFileSync(
      join(folder, 'main.js'),
      `${imports}(async () => {${trainInModel}console.log(JSON.stringify(result)); })();`,
    );
    expect(run(folder, 'main.js')).toEqual(expected);
  });

  it.each(publishedPackages)('%s can be imported and required, alone with what it declares', (name) => {
    const folder = project(name, { type: 'commonjs' }, [`@crossmodal/${name}`]);
    writeFileSync(
      join(folder, 'main.cjs'),
      `(async () => {
        const imported = Object.keys(await import('@crossmodal/${name}')).filter((key) => key !== 'default' && key !== 'module.exports');
        const required = Object.keys(require('@crossmodal/${name}'));
        console.log(JSON.stringify({ imported: imported.length > 0, missing: imported.filter((key) => !required.includes(key)) }));
        process.exit();
      })();`,
    );
    expect(run(folder, 'main.cjs')).toEqual({ imported: true, missing: [] });
  });

  it.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ])('type-checks a strict project with module %s', (module, moduleResolution) => {
    const install = ['@crossmodal/example', '@types/node', '@webgpu/types'];
    const folder = project(`types-${module}`, { type: 'module' }, install);
    writeFileSync(
      join(folder, 'main.ts'),
      `import { CrossModalAttention } from '@crossmodal/cross-attention';
      import { BertEncoder } from '@crossmodal/text-encoder';
      import { accuracy } from '@crossmodal/metrics';
      import { loadPredictor, type PredictOutput } from '@crossmodal/example';
      import { ones, type Tensor3D } from '@tensorflow/tfjs-core';
      const { attended }: { attended: Tensor3D } = new CrossModalAttention({ hiddenSize: 8 }).attend({ query: ones([1, 2, 8]), key: ones([1, 3, 8]) });
      export const encoder: BertEncoder = new BertEncoder({ hiddenSize: 8 });
      export const share: number = accuracy([1, 0], [1, 1]);
      export const answer = async (): Promise<readonly PredictOutput[]> => (await loadPredictor('runs/train-1')).predict([{ text: 'x' }]);
      // @ts-expect-error hiddenSize is a number
      new CrossModalAttention({ hiddenSize: '8' });
      export default attended;`,
    );
    const compilerOptions = {
      module,
      moduleResolution,
      target: 'es2022',
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: ['node'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts'] }));
    const tsc = join(repository, 'node_modules/typescript/bin/tsc');
    expect(() =>
      execFileSync(process.execPath, [tsc, '-p', '.'], { cwd: folder, stdio: 'pipe', encoding: 'utf8' }),
    ).not.toThrow();
  });

  describe('in a browser', () => {
    let server: Server;
    let address: string;
    beforeAll(async () => {
      const folder = project('vite', { type: 'module' }, inBrowser);
      writeFileSync(
        join(folder, 'index.html'),
        '<!doctype html><title>x</title><script type="module" src="/main.js"></script>',
      );
      writeFileSync(
        join(folder, 'main.js'),
        `import * as tf from '@tensorflow/tfjs-core';
        import * as tfl from '@tensorflow/tfjs-layers';
        import { startBackend } from '@crossmodal/backends';
        import { CrossModalAttention, registerLayers } from '@crossmodal/cross-attention';
        import { MultimodalSentimentModel } from '@crossmodal/fusion-model';
        import { BertEncoder, TextTokenizer } from '@crossmodal/text-encoder';
        import { ClipVisionEncoder } from '@crossmodal/image-encoder';
        async function main() {
          await startBackend('cpu');
          ${trainInModel}
          const tokenizer = TextTokenizer.fromVocabulary(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'good', 'bad']);
          const sizes = { hiddenSize: 8, numAttentionHeads: 2, intermediateSize: 8, numHiddenLayers: 1 };
          const whole = new MultimodalSentimentModel({
            config: { fusionStrategy: 'cross-attention', numLabels: 2, id2label: { 0: 'n', 1: 'p' }, hiddenSize: 8, numAttentionHeads: 2 },
            textEncoder: new BertEncoder({ ...sizes, vocabSize: 7 }),
            imageEncoder: new ClipVisionEncoder({ ...sizes, imageSize: 4, patchSize: 2, projectionDim: 8 }),
          });
          const { inputIds, attentionMask, shape } = tokenizer.encodeBatch(['good', 'bad bad'], { padding: 'longest' });
          const { logits } = whole.call({
            inputIds: tf.tensor2d(inputIds, shape, 'int32'),
            attentionMask: tf.tensor2d(attentionMask, shape, 'int32'),
            pixelValues: tf.ones([2, 4, 4, 3]),
          });
          return { ...result, logits: logits.shape };
        }
        main().then((result) => (document.title = JSON.stringify(result)), (error) => (document.title = String(error.stack)));`,
      );
      await build({ root: folder, logLevel: 'error', build: { outDir: 'out', chunkSizeWarningLimit: 5000 } });
      const types: Record<string, string> = {
        '.html': 'text/html',
        '.js': 'text/javascript',
        '.wasm': 'application/wasm',
      };
      server = createServer((request, response) => {
        const path = request.url === '/' ? '/index.html' : (request.url ?? '/');
        readFile(join(folder, 'out', path)).then(
          (body) => response.setHeader('content-type', types[extname(path)] ?? 'text/plain').end(body),
          () => response.writeHead(404).end(),
        );
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    });
    afterAll(() => {
      server.close();
    });

    it('trains, saves and loads from a Vite build, and runs the whole model', async () => {
      const browser = await launchBrowser();
      try {
        const page = await browser.newPage();
        await page.goto(address);
        await page.waitForFunction(() => document.title !== 'x', undefined, { timeout: 60_000 });
        expect(JSON.parse(await page.title())).toEqual({ ...expected, logits: [2, 2] });
      } finally {
        await browser.close();
      }
    });
  });
});
