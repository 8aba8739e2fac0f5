import { defineConfig } from 'vitest/config';

/** What a user does with the built and packed packages; part of `npm run verify`, after a build. */
export default defineConfig({
  test: {
    name: 'e2e',
    root: import.meta.dirname,
    include: ['**/*.e2e.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Each file has folders and processes of its own.
    maxWorkers: '100%',
  },
});
