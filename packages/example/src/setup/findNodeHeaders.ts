import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { SetupError } from './SetupError.js';

/**
 * The folder with `node_api.h`, Node's stable interface for native code: beside the running Node.js, of the system, or of the npm package
 * `node-api-headers`. The interface does not change between versions, so any of them will do.
 *
 * @param execPath - path of the running Node.js
 * @param project - folder in which `node-api-headers` may be installed
 * @param systemFolders - where packages of the system put headers
 * @throws SetupError when there are none
 */
export function findNodeHeaders(
  execPath: string,
  project: string,
  systemFolders: readonly string[] = ['/usr/include/node', '/usr/local/include/node'],
): string {
  const candidates = [join(dirname(dirname(execPath)), 'include', 'node'), ...npmHeaders(project), ...systemFolders];
  const found = candidates.find((folder) => existsSync(join(folder, 'node_api.h')));
  if (found !== undefined) return found;
  throw new SetupError(
    'headers',
    `findNodeHeaders: expected node_api.h in one of ${candidates.join(', ')}, it is in none. ` +
      'Install it in this folder: npm install --no-save node-api-headers.',
  );
}

function npmHeaders(project: string): string[] {
  try {
    return [join(dirname(createRequire(join(project, 'x')).resolve('node-api-headers/package.json')), 'include')];
  } catch {
    return [];
  }
}
