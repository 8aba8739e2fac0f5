/** Removes everything that a build made. */
import { rmSync } from 'node:fs';
import { globSync } from 'tinyglobby';

const built = globSync('packages/*/dist', { onlyDirectories: true });
for (const folder of [...built, 'docs/api', '.nx/cache', 'node_modules/.cache']) {
  rmSync(folder, { recursive: true, force: true });
}
