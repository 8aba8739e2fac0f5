import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { transformSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { currentHost } from '../currentHost.js';
import { prepareNativeTensorflow } from './prepareNativeTensorflow.js';

describe('prepareNativeTensorflow', () => {
  const root = mkdtempSync(join(tmpdir(), 'crossmodal-prepare-'));
  const from = join(root, 'index.js');
  const packageName = '@tensorflow/tfjs-node';
  const finder = '@mapbox/node-pre-gyp';

  const write = (name: string, text: string): void => {
    const path = join(root, 'node_modules', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  beforeAll(() => {
    write(`${packageName}/package.json`, '{"main":"index.js"}');
    write(`${packageName}/index.js`, `exports.path = require('${finder}').find('package.json');`);
    write(`${finder}/package.json`, '{"main":"index.js"}');
    write(`${finder}/index.js`, "exports.find = () => 'in the package';");
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it('answers for the finder while the package loads, and not after', () => {
    const require = createRequire(from);
    const restore = prepareNativeTensorflow({ packageName, bindingPath: '/cache/tfjs_binding.node', from });
    expect(require(packageName)).toEqual({ path: '/cache/tfjs_binding.node' });
    restore();
    expect((require(finder) as { find: () => string }).find()).toBe('in the package');
    const again = prepareNativeTensorflow({ packageName, bindingPath: '/other', from });
    again();
    expect((require(finder) as { find: () => string }).find()).toBe('in the package');
  });

  it('leaves the finder alone when nothing was set up, or the package is not there', () => {
    prepareNativeTensorflow({ packageName, bindingPath: undefined, from });
    prepareNativeTensorflow({ packageName: '@tensorflow/tfjs-node-gpu', bindingPath: '/cache/x.node', from });
    expect((createRequire(from)(finder) as { find: () => string }).find()).toBe('in the package');
  });

  it.each([
    ['as it is', () => Promise.resolve(prepareNativeTensorflow.toString())],
    ['of a bundle that keeps names', textInBundle],
  ])('works as text in another process, %s, and leaves variables that are set', async (_, read) => {
    const text = await read();
    const report = await currentHost().runInChild(`
      process.env.TF_CPP_MIN_LOG_LEVEL = '0';
      delete process.getBuiltinModule('node:util').isNullOrUndefined;
      (${text})(${JSON.stringify({ packageName, bindingPath: '/cache/tfjs_binding.node', from })});
      const { createRequire } = process.getBuiltinModule('node:module');
      const util = process.getBuiltinModule('node:util');
      return {
        ...createRequire(${JSON.stringify(from)})('${packageName}'),
        isNullOrUndefined: [null, undefined, 0, ''].map((value) => util.isNullOrUndefined(value)),
        logLevel: process.env.TF_CPP_MIN_LOG_LEVEL,
        growth: process.env.TF_FORCE_GPU_ALLOW_GROWTH,
      };`);
    expect(report).toEqual({
      outcome: 'reported',
      value: {
        path: '/cache/tfjs_binding.node',
        isNullOrUndefined: [true, true, false, false],
        logLevel: '0',
        growth: 'true',
      },
    });
  });
});

async function textInBundle(): Promise<string> {
  const { code } = transformSync(`export default ${prepareNativeTensorflow.toString()}`, { keepNames: true });
  expect(code).toContain('__name');
  const bundle = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as { default: () => void };
  return bundle.default.toString();
}
