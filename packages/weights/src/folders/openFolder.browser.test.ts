import { describe, expect, it } from 'vitest';
import { openFolder } from './openFolder.browser.js';

interface Answer {
  readonly status?: number;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

/** A server in memory; keeps what it was asked. */
function serve(answers: Readonly<Record<string, Answer>>) {
  const asked: string[] = [];
  const fetch = (url: URL, { method = 'GET' }: { method?: string } = {}): Promise<Response> => {
    asked.push(`${method} ${url.href}`);
    const { status = 200, body = '', headers = {} } = answers[url.pathname] ?? { status: 404 };
    return Promise.resolve(new Response(method === 'HEAD' ? null : body, { status, headers }));
  };
  return { fetch, asked };
}

describe('openFolder in a browser', () => {
  it('fetches files below the URL, with or without its last slash', async () => {
    const { fetch, asked } = serve({ '/models/a/config.json': { body: '{"size":2}' } });
    for (const location of ['https://example.org/models/a', new URL('https://example.org/models/a/')]) {
      const folder = openFolder(location, { fetch });
      expect(folder.location).toBe('https://example.org/models/a/');
      expect(await folder.readJson('config.json')).toEqual({ size: 2 });
    }
    expect(new Set(asked)).toEqual(new Set(['GET https://example.org/models/a/config.json']));
  });

  it('gives back a folder that is open already', () => {
    const folder = openFolder('https://example.org/m');
    expect(openFolder(folder)).toBe(folder);
  });

  it('asks for the head of a file to know whether it is there', async () => {
    const { fetch, asked } = serve({ '/m/a': {}, '/m/gone': { status: 410 }, '/m/locked': { status: 403 } });
    const folder = openFolder('https://example.org/m', { fetch });
    expect([await folder.has('a'), await folder.has('b'), await folder.has('gone')]).toEqual([true, false, false]);
    expect(asked[0]).toBe('HEAD https://example.org/m/a');
    await expect(folder.has('locked')).rejects.toThrow(
      'openFolder(https://example.org/m/): "locked" must be a readable file, got status 403.',
    );
  });

  it('escapes names, and stays below the URL', async () => {
    const { fetch, asked } = serve({});
    const folder = openFolder('https://example.org/m', { fetch });
    await folder.has('a b#c/d%2e');
    expect(asked).toEqual(['HEAD https://example.org/m/a%20b%23c/d%252e']);
    await expect(folder.read('../secret')).rejects.toThrow(RangeError);
  });

  it('refuses a file that is not there or arrived in part', async () => {
    const { fetch } = serve({
      '/m/short': { body: 'abc', headers: { 'content-length': '5' } },
      '/m/packed': { body: 'abc', headers: { 'content-length': '2', 'content-encoding': 'gzip' } },
    });
    const folder = openFolder('https://example.org/m', { fetch });
    await expect(folder.read('none')).rejects.toThrow('"none" must be a readable file, got status 404.');
    await expect(folder.read('short')).rejects.toThrow('"short" must be a readable file, got 3 of 5 bytes.');
    expect(await folder.readText('packed')).toBe('abc');
  });

  it('reads pieces in ranges, and whole files from servers without ranges', async () => {
    const contents = 'abcdefgh';
    const ranges: (string | undefined)[] = [];
    const fetch = (url: URL, options?: { headers?: Record<string, string> }): Promise<Response> => {
      const [, start, end] = /bytes=(\d+)-(\d+)/.exec(options?.headers?.range ?? '') ?? [];
      if (url.pathname !== '/m/ranged' || start === undefined) return Promise.resolve(new Response(contents));
      ranges.push(`${start}-${end}`);
      const headers = { 'content-range': `bytes ${start}-${end}/8` };
      return Promise.resolve(new Response(contents.slice(Number(start), Number(end) + 1), { status: 206, headers }));
    };
    for (const name of ['ranged', 'whole']) {
      const file = await openFolder('https://example.org/m', { fetch }).open(name);
      expect(file.size).toBe(8);
      expect(new TextDecoder().decode(await file.read(2, 3))).toBe('cde');
      expect(await file.read(8, 0)).toEqual(new Uint8Array());
      await file.close();
    }
    expect(ranges).toEqual(['0-0', '2-4']);
  });

  it('refuses a range that arrived in part', async () => {
    const fetch = (): Promise<Response> =>
      Promise.resolve(new Response('a', { status: 206, headers: { 'content-range': 'bytes 0-0/8' } }));
    const file = await openFolder('https://example.org/m', { fetch }).open('a');
    await expect(file.read(0, 4)).rejects.toThrow('"a" must be a readable file, got 1 of 4 bytes with status 206.');
  });

  it('refuses a relative URL where there is no page', () => {
    expect(() => openFolder('models/a')).toThrow(TypeError);
  });
});
