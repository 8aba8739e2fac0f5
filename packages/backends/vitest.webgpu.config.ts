import { defineConfig } from 'vitest/config';
import { sourceConditions } from '../../vitest.shared.js';

/** The tests that need a WebGPU device; without one: `node scripts/swiftshader.mjs vitest run --config <this file>`. */
export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions: sourceConditions },
  ssr: { resolve: { conditions: sourceConditions } },
  test: { name: 'backends-webgpu', include: ['src/**/*.gpu-test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
});
