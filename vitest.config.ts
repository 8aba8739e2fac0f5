import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: ['packages/*/vitest.config.ts', 'vitest.types.config.ts'],
    // By default one core is left to the process that only waits.
    maxWorkers: '100%',
  },
});
