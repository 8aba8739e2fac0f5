import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import * as browser from './index.browser.js';
import * as node from './index.js';

describe('the entry for browsers', () => {
  it('offers everything but what reads files', () => {
    const expected = Object.keys(node).filter((name) => name !== 'loadDejaVuFonts');
    expect(Object.keys(browser)).toEqual(expected);
  });

  it('reaches no Node built-in', async () => {
    const seen = new Set<string>();
    const visit = async (url: URL): Promise<void> => {
      if (seen.has(url.href)) return;
      seen.add(url.href);
      const source = await readFile(url, 'utf8').catch(() => readFile(new URL(url.href.replace(/ts$/, 'tsx')), 'utf8'));
      expect(source, url.pathname).not.toContain("'node:");
      const imports = [...source.matchAll(/from '(\.[^']*)\.js'/g)].map(([, path]) => new URL(`${path ?? ''}.ts`, url));
      for (const each of imports) await visit(each);
    };
    await visit(new URL('./index.browser.ts', import.meta.url));
    expect(seen.size).toBeGreaterThan(40);
  });
});
