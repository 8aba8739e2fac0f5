import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeNode, put, scratchFolder } from './__fakes__/fakeTensorflow.js';
import { findNodeHeaders } from './findNodeHeaders.js';

describe('findNodeHeaders', () => {
  it('takes those of the running Node.js, then those from npm, then those of the system', () => {
    const root = scratchFolder();
    const system = join(root, 'system');
    put(join(system, 'node_api.h'), '');
    expect(findNodeHeaders('/nowhere/bin/node', root, [system])).toBe(system);
    put(join(root, 'node_modules/node-api-headers/package.json'), '{}');
    put(join(root, 'node_modules/node-api-headers/include/node_api.h'), '');
    expect(findNodeHeaders('/nowhere/bin/node', root, [system])).toBe(
      join(root, 'node_modules/node-api-headers/include'),
    );
    expect(findNodeHeaders(fakeNode(join(root, 'node')), root, [system])).toBe(join(root, 'node/include/node'));
  });

  it('names the package to install where there are none', () => {
    expect(() => findNodeHeaders('/nowhere/bin/node', '/nowhere', [])).toThrow(
      'expected node_api.h in one of /nowhere/include/node, it is in none. Install it in this folder: ' +
        'npm install --no-save node-api-headers.',
    );
  });
});
