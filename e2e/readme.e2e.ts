import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { installLines } from '../scripts/installLines.mjs';
import { installTarballs, publishedPackages, repository } from './installTarballs.js';

/** The first example of a README and what it says it prints. */
function firstExample(readme: string): { code: string; printed: string } {
  const [, code = '', printed = ''] = /^```ts\n(.*?)^```\n\s*(?:^```text\n(.*?)^```)?/ms.exec(readme) ?? [];
  return { code, printed };
}

describe.each(publishedPackages)("the README's install line and first example, in an empty project: %s", (name) => {
  it('are enough for each other', () => {
    const readme = readFileSync(join(repository, 'packages', name, 'README.md'), 'utf8');
    const install = installLines(readme).flat();
    expect(install).toContain(`@crossmodal/${name}`);
    const { code, printed } = firstExample(readme);
    expect(code).not.toBe('');
    const project = installTarballs(`readme-${name}`, { type: 'module' }, install);
    try {
      writeFileSync(
        join(project, 'example.js'),
        transformSync(code, { loader: 'ts', format: 'esm', target: 'node20' }).code,
      );
      const output = execFileSync(process.execPath, ['example.js'], {
        cwd: project,
        encoding: 'utf8',
        stdio: 'pipe',
        // What the example leaves in the folder for temporary files goes with the project.
        env: { ...process.env, TMPDIR: project },
      });
      if (printed !== '') expect(output.trim()).toBe(printed.trim());
    } finally {
      rmSync(project, { recursive: true });
    }
  });
});
