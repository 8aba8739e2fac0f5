import { defineConfig } from 'vitest/config';
import { sourceConditions, testFilesWith } from './vitest.shared.js';

/** The test files whose generated cases are more under `CROSSMODAL_VERIFY`; part of `npm run verify`. */
export default defineConfig({
  resolve: { conditions: sourceConditions },
  ssr: { resolve: { conditions: sourceConditions } },
  test: {
    name: 'generated',
    include: testFilesWith('process.env.CROSSMODAL_VERIFY'),
    env: { CROSSMODAL_VERIFY: '1' },
    maxWorkers: '100%',
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
