import { globSync } from 'tinyglobby';
import { defineConfig } from 'vitest/config';
import { sourceConditions, testFilesWith } from './vitest.shared.js';

const onlyHere = globSync('packages/*/src/**/*.gpu-test.ts', { cwd: import.meta.dirname }).sort();
const files = [...testFilesWith('backendsUnderTest()'), ...onlyHere];

// A package whose tests stopped asking for the backends would go missing here without a word.
for (const name of [
  'layers',
  'cross-attention',
  'fusion-model',
  'text-encoder',
  'image-encoder',
  'training',
  'backends',
  'example',
]) {
  if (!files.some((file) => file.startsWith(`packages/${name}/`))) {
    throw new Error(`vitest.webgpu.config.ts: tests of packages/${name} must run on webgpu, found none.`);
  }
}

/**
 * The tests that hold on every backend, on webgpu; part of `npm run verify`.
 * Without a GPU: `node scripts/swiftshader.mjs vitest run --config vitest.webgpu.config.ts`.
 */
export default defineConfig({
  resolve: { conditions: sourceConditions },
  ssr: { resolve: { conditions: sourceConditions } },
  test: {
    name: 'webgpu',
    include: files,
    // The same files hold tests that need no GPU and ran before. Finite differences check the mathematics, which is the same on
    // every backend; that webgpu computes it right is held by the golden gradients.
    testNamePattern: /^(?!.*finite differences).*on webgpu/,
    env: { CROSSMODAL_TEST_BACKENDS: 'webgpu' },
    maxWorkers: '100%',
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
