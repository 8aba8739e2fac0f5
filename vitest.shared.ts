import { readFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import { defineProject } from 'vitest/config';

/** Resolves our packages to their sources, so that tests need no build. */
export const sourceConditions = ['@crossmodal/source', 'module', 'node', 'development|production'];

/** With `CROSSMODAL_VERIFY` every generated case is run, and no longer a seeded tenth of them. */
const timeoutMs = process.env.CROSSMODAL_VERIFY ? 300_000 : 60_000;

/** The one test recipe, shared by every package. Type tests run once for all packages: see `vitest.types.config.ts`. */
export function packageTests(name: string): ReturnType<typeof defineProject> {
  return defineProject({
    resolve: { conditions: sourceConditions },
    ssr: { resolve: { conditions: sourceConditions } },
    test: {
      name,
      include: ['src/**/*.test.{ts,tsx}'],
      environment: 'node',
      // The backend 'auto' is the same on every machine.
      env: { CROSSMODAL_MEASURE: 'off' },
      testTimeout: timeoutMs,
      hookTimeout: timeoutMs,
    },
  });
}

/** The test files that contain a text, as paths from the repository's root. */
export function testFilesWith(text: string): string[] {
  const files = globSync('packages/*/src/**/*.test.{ts,tsx}', { cwd: import.meta.dirname }).sort();
  return files.filter((file) => readFileSync(new URL(file, import.meta.url), 'utf8').includes(text));
}
