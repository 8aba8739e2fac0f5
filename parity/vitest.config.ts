import { defineConfig } from 'vitest/config';
import { sourceConditions } from '../vitest.shared.js';

/** A checkpoint here against what Python computed with it: the tiny ones in `models/`, or the user's own. */
export default defineConfig({
  resolve: { conditions: sourceConditions },
  ssr: { resolve: { conditions: sourceConditions } },
  test: {
    name: 'parity',
    root: import.meta.dirname,
    include: ['parity.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
