import { defineProject } from 'vitest/config';

/** The type tests of all packages: one run of the compiler instead of one per package. */
export default defineProject({
  test: {
    name: 'types',
    include: [],
    typecheck: {
      enabled: true,
      only: true,
      include: ['packages/*/src/**/*.test-d.ts'],
      tsconfig: 'tsconfig.tests.json',
    },
  },
});
