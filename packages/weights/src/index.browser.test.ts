import { describe, expect, it } from 'vitest';
import * as browser from './index.browser.js';
import * as node from './index.js';

describe('the browser entry', () => {
  it('exports the same names as the other', () => {
    expect(Object.keys(browser).sort()).toEqual(Object.keys(node).sort());
  });

  it.each([
    'commitFile',
    'commitFolder',
    'listFolders',
    'removeFile',
    'removeFolder',
    'sweepOrphans',
    'writeFolder',
    'downloadFile',
    'downloadModel',
    'resolveModel',
  ] as const)('says that %s needs a file system', async (name) => {
    await expect(browser[name]()).rejects.toThrow(`${name}: a file system is needed, got a browser.`);
  });
});
