import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startFaultServer, type FaultServer, type ReceivedRequest, type ScriptedAnswer } from '@crossmodal/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { put, temporaryFolders } from '../__fixtures__/temporaryFolder.js';
import { samplePicture } from '../__fixtures__/samplePicture.js';
import { DatasetError } from '../errors/DatasetError.js';
import { encodePng } from '../images/encodePng.js';
import { loadSamples } from '../reading/loadSamples.js';
import { fetchImages } from './fetchImages.js';
import type { FetchImagesOptions } from './FetchImagesOptions.js';
import type { FetchRecord } from './FetchRecord.js';
import type { FetchReport } from './FetchReport.js';
import { planImageFetch } from './planImageFetch.js';

const newFolder = temporaryFolders();
const servers: FaultServer[] = [];
let folder: string;
let waits: number[];
let now: number;
beforeEach(async () => {
  folder = await newFolder();
  waits = [];
  now = Date.UTC(2026, 0, 2, 3, 4, 5);
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const pictures = await Promise.all([0, 1, 2, 3].map((shift) => encodePng(samplePicture(8, 8, shift * 50))));
const nameOf = (bytes: Uint8Array): string => `${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}.png`;
/** `/2/anything` is picture 2. */
const pictureAt = (path: string): ScriptedAnswer => ({ status: 200, body: pictures[Number(path[1])]! });

type Answer = (request: ReceivedRequest, earlier: number) => ScriptedAnswer | undefined;

/** Pictures, where a test does not say otherwise. */
async function serve(answer: Answer = () => undefined): Promise<FaultServer> {
  const server = await startFaultServer((request, earlier) => answer(request, earlier) ?? pictureAt(request.path));
  servers.push(server);
  return server;
}

/** Names are this machine; time passes only where somebody waits. */
function fetchFrom(csv: string, options: FetchImagesOptions = {}): Promise<FetchReport> {
  return fetchImages(csv, {
    allowPrivate: true,
    hostDelayMs: 0,
    ...options,
    transport: {
      lookup: (_, { all }, callback) =>
        all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4),
      sleep: (ms) => {
        waits.push(ms);
        now += ms;
        return Promise.resolve();
      },
      now: () => now,
      random: () => 0.5,
      ...options.transport,
    },
  });
}

const csvOf = (names: readonly string[]): Promise<string> =>
  put(folder, 'posts.csv', ['text,image_path,label', ...names.map((name, i) => `t${i},${name},l`)].join('\n'));
async function journalOf({ journalPath }: { journalPath: string }): Promise<FetchRecord[]> {
  const lines = (await readFile(journalPath, 'utf8')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as FetchRecord);
}
const pathsOf = (server: FaultServer): string[] => server.requests.map(({ path }) => path).sort();

describe('fetchImages', () => {
  it('puts the images beside the file, and writes a file that loadSamples reads', async () => {
    const server = await serve();
    const csv = await csvOf([`${server.url}/0/a.jpg`, `${server.url}/1/b`, ` ${server.url}/0/a.jpg#top `, '']);
    const progress: string[] = [];
    const report = await fetchFrom(csv, {
      onProgress: ({ done, total, failed }) => void progress.push(`${done}/${total} ${failed}`),
    });
    const images = join(folder, 'posts-images');
    expect(report).toEqual({
      csvPath: join(folder, 'posts-local.csv'),
      folder: images,
      journalPath: join(images, 'journal.jsonl'),
      stopped: false,
      rows: { read: 4, withAddress: 3, withPath: 0, withoutImage: 1, malformed: 0 },
      addresses: { named: 2, fetched: 2, present: 0, failed: 0, open: 0 },
      rowsWithImage: 3,
      pictures: 2,
      bytesFetched: pictures[0]!.length + pictures[1]!.length,
      failures: [],
    });
    expect(progress).toEqual(['1/2 0', '2/2 0']);
    expect(pathsOf(server)).toEqual(['/0/a.jpg', '/1/b']);
    const { samples } = await loadSamples(report.csvPath);
    const [first, second] = [join(images, nameOf(pictures[0]!)), join(images, nameOf(pictures[1]!))];
    expect(samples.map((sample) => sample.images)).toEqual([[first], [second], [first], []]);
    expect(new Uint8Array(await readFile(first))).toEqual(new Uint8Array(pictures[0]!));
    expect((await readdir(images)).sort()).toEqual([
      ...[first, second].map((path) => path.slice(images.length + 1)).sort(),
      'journal.jsonl',
    ]);
  });

  it.each([
    ['a byte order mark, CRLF and an open end', '\ufefftext,image_path\r\n"a, ""b""\r\nc",URL\r\nd,"URL"'],
    [
      'semicolons, blank lines, lone carriage returns',
      '\n\ntext;image_path;n\r\r1;URL;"x"\n   \n2;;01.50\r3;URL; y \n\n\n',
    ],
    ['tabs, quoted headers, letters of every length', '"text"\t"image_path"\n"é😀"\tURL\n'],
    ['rows that are too short or too long', 'image_path,text\nURL,a\nURL\nURL,a,b\n'],
    ['one column', 'image_path\nURL\n\nURL\n'],
  ])('keeps every other byte: %s', async (_, table) => {
    const server = await serve();
    const source = table.replaceAll('URL', `${server.url}/1/x`);
    const csv = await put(folder, 'posts.csv', source);
    const { csvPath, rows } = await fetchFrom(csv);
    const local = `posts-images/${nameOf(pictures[1]!)}`;
    const lines = source.split('\n');
    const expected = table.includes('a,b')
      ? [lines[0], lines[1]!.replace(`${server.url}/1/x`, local), ...lines.slice(2)].join('\n')
      : source.replaceAll(`"${server.url}/1/x"`, local).replaceAll(`${server.url}/1/x`, local);
    expect(await readFile(csvPath, 'utf8')).toBe(expected);
    expect(rows.read).toBe(rows.withAddress + rows.withPath + rows.withoutImage + rows.malformed);
  });

  it('quotes names that need it, writes other encodings as UTF-8, and makes paths relative to another folder', async () => {
    const server = await serve();
    const rows = [`caf\xe9,${server.url}/0/a`, 'local,photos/1.jpg'].join('\n');
    const csv = await put(folder, 'a,b.csv', Buffer.from(`text,image_path\n${rows}\n`, 'latin1'));
    const out = join(folder, 'other');
    const { csvPath } = await fetchFrom(csv, { encoding: 'windows-1252', out });
    expect(csvPath).toBe(join(out, 'a,b-local.csv'));
    expect(await readFile(csvPath, 'utf8')).toBe(
      `text,image_path\ncaf\xe9,"a,b-images/${nameOf(pictures[0]!)}"\nlocal,../photos/1.jpg\n`,
    );
  });

  it('copies a table of many rows', async () => {
    const server = await serve();
    const row = (i: number): string => `${i},"${'text, '.repeat(i % 50)}",${i % 3 ? `${server.url}/${i % 4}/x` : ''}`;
    const source = ['id,text,image_path', ...Array.from({ length: 20_000 }, (_, i) => row(i))].join('\r\n');
    const { csvPath, addresses, rowsWithImage } = await fetchFrom(await put(folder, 'posts.csv', source));
    expect([addresses.fetched, rowsWithImage, pathsOf(server).length]).toEqual([4, 13_333, 4]);
    const copy = (await readFile(csvPath, 'utf8')).replaceAll(
      /posts-images\/([0-9a-f]{32}\.png)/g,
      (_, name) => `${server.url}/${pictures.findIndex((bytes) => nameOf(bytes) === name)}/x`,
    );
    expect(copy === source).toBe(true);
  });

  it('keeps paths, empties addresses that cannot be asked, and counts every row', async () => {
    const server = await serve();
    const names = ['photos/1.jpg', 'C:\\photos\\1.jpg', 'data:image/gif;x', 'file:///etc/passwd'];
    const csv = await csvOf([...names, 'ftp://a.test/x', '//cdn.test/x.jpg', 'http://', `${server.url}/0/x`]);
    const report = await fetchFrom(csv);
    expect(report.rows).toEqual({ read: 8, withAddress: 6, withPath: 2, withoutImage: 0, malformed: 0 });
    expect(report.failures).toEqual([
      {
        reason: 'unsupported address',
        addresses: 5,
        rows: 5,
        askedAgain: true,
        examples: [
          { line: 4, url: 'data:…', error: 'expected http or https' },
          { line: 5, url: 'file:…', error: 'expected http or https' },
          { line: 6, url: 'ftp:…', error: 'expected http or https' },
        ],
      },
    ]);
    const cells = (await readFile(report.csvPath, 'utf8')).split('\n').map((line) => line.split(',')[1]);
    const local = `posts-images/${nameOf(pictures[0]!)}`;
    expect(cells).toEqual(['image_path', 'photos/1.jpg', 'C:\\photos\\1.jpg', '', '', '', '', '', local]);
  });

  it('asks for spaces and letters as browsers do', async () => {
    const server = await serve();
    const host = server.url.replace('127.0.0.1', 'bücher.test');
    await fetchFrom(await csvOf([`${server.url}/0/a b.jpg`, `${host}/1/ü.jpg?q=ö`]));
    expect(pathsOf(server)).toEqual(['/0/a%20b.jpg', '/1/%C3%BC.jpg?q=%C3%B6']);
    expect(server.requests.map(({ headers }) => headers.get('host')?.split(':')[0]).sort()).toEqual([
      '127.0.0.1',
      'xn--bcher-kva.test',
    ]);
  });

  it('tries again what may pass, with waits that double, and writes down how often', async () => {
    const server = await serve(({ path }, earlier) => {
      if (path === '/0/reset' && earlier < 2) return { ...pictureAt(path), fault: { after: 30, kind: 'reset' } };
      if (path === '/1/busy' && earlier < 1) return { status: 503 };
      return path === '/2/never' ? { status: 500 } : undefined;
    });
    const csv = await csvOf(['/0/reset', '/1/busy', '/2/never', '/3/fine'].map((path) => server.url + path));
    const report = await fetchFrom(csv, { concurrency: 1, perHost: 1 });
    expect(report.failures).toMatchObject([{ reason: 'server error', addresses: 1, askedAgain: true }]);
    expect((await journalOf(report)).map(({ tries }) => tries)).toEqual([3, 2, 4, 1]);
    expect(waits.slice(0, 2)).toEqual([1000, 2000]);
    expect(waits.slice(-3)).toEqual([1000, 2000, 4000]);
  });

  it.each([
    ['7', 7000],
    ['Fri, 02 Jan 2026 03:04:35 GMT', 30_000],
  ])('leaves a host alone for as long as it says: Retry-After: %s', async (header, wait) => {
    const server = await serve((_, earlier) =>
      earlier === 0 ? { status: 429, headers: { 'retry-after': header } } : undefined,
    );
    const csv = await csvOf([`${server.url}/0/a`]);
    const { addresses } = await fetchFrom(csv);
    expect([addresses.fetched, waits]).toEqual([1, [wait]]);
  });

  it('asks a host nothing more that wants a long wait, and others go on', async () => {
    const server = await serve(({ headers }) =>
      headers.get('host')?.startsWith('busy') ? { status: 429, headers: { 'retry-after': '3600' } } : undefined,
    );
    const busy = server.url.replace('127.0.0.1', 'busy.test');
    const csv = await csvOf([...[0, 1, 2, 3].map((i) => `${busy}/${i}/x`), `${server.url}/0/x`]);
    const { addresses, failures } = await fetchFrom(csv, { perHost: 1 });
    expect(addresses).toMatchObject({ fetched: 1, failed: 4 });
    expect(failures[0]?.examples[0]?.error).toBe('the host wants to be left alone for 3600 s');
    expect(server.requests.length).toBe(2);
  });

  it('gives up a host that is gone', async () => {
    const csv = await csvOf(Array.from({ length: 30 }, (_, i) => `http://gone.test:1/${i}`));
    let asked = 0;
    const gone = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    const report = await fetchFrom(csv, {
      perHost: 1,
      retries: 0,
      transport: {
        lookup: (_, __, callback) => {
          asked++;
          callback(gone, []);
        },
      },
    });
    expect([asked, report.failures[0]?.reason, report.failures[0]?.addresses]).toEqual([5, 'unreachable', 30]);
  });

  it('asks no more at once than it may, of one host and of all', async () => {
    const running = new Map<string, number>();
    let most = 0;
    let mostOfHost = 0;
    const server = await serve();
    const hosts = ['a.test', 'b.test', 'c.test', 'd.test'].map((host) => server.url.replace('127.0.0.1', host));
    const csv = await csvOf(Array.from({ length: 40 }, (_, i) => `${hosts[i % 4]!}/${i % 4}/${i}`));
    const connections = new Set<string>();
    await fetchFrom(csv, {
      concurrency: 3,
      perHost: 2,
      transport: {
        lookup: (host, { all }, callback) => {
          // From the lookup to the answer, which closes the connection.
          running.set(host, (running.get(host) ?? 0) + 1);
          mostOfHost = Math.max(mostOfHost, running.get(host) ?? 0);
          most = Math.max(
            most,
            [...running.values()].reduce((sum, count) => sum + count, 0),
          );
          connections.add(host);
          setTimeout(() => {
            running.set(host, (running.get(host) ?? 0) - 1);
            if (all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
            else callback(null, '127.0.0.1', 4);
          }, 20);
        },
      },
    });
    expect([most, mostOfHost, connections.size, server.requests.length]).toEqual([3, 2, 4, 40]);
  });

  it('refuses private addresses by name and by number', async () => {
    const server = await serve();
    const csv = await csvOf([`${server.url}/0/x`, server.url.replace('127.0.0.1', 'inside.test'), 'http://[::1]:1/x']);
    const { failures } = await fetchFrom(csv, { allowPrivate: false });
    expect(failures).toMatchObject([{ reason: 'private address', addresses: 3, askedAgain: true }]);
    expect(server.requests).toEqual([]);
  });

  it('writes user, password and query down nowhere', async () => {
    const server = await serve(({ path }) => (path.startsWith('/9') ? { status: 404 } : undefined));
    const secret = server.url.replace('http://', 'http://me:hush@');
    const report = await fetchFrom(await csvOf([`${secret}/0/x?token=hush`, `${secret}/9/x?token=hush`]));
    expect(server.requests.every(({ headers }) => headers.get('authorization')?.startsWith('Basic'))).toBe(true);
    expect(server.requests[0]?.path).toContain('token=hush');
    const written = (await readFile(report.journalPath, 'utf8')) + (await readFile(report.csvPath, 'utf8'));
    expect(JSON.stringify(report) + written).not.toContain('hush');
  });

  it('keeps one file of a picture that comes from many addresses', async () => {
    const server = await serve();
    const report = await fetchFrom(await csvOf(Array.from({ length: 12 }, (_, i) => `${server.url}/2/${i}`)));
    expect([report.addresses.fetched, report.pictures]).toEqual([12, 1]);
    expect((await readdir(report.folder)).sort()).toEqual([nameOf(pictures[2]!), 'journal.jsonl'].sort());
  });
});

describe('a second run', () => {
  const names = ['/0/a', '/1/b', '/9/gone', '/8/ill'];
  let server: FaultServer;
  let isIll: boolean;
  let csv: string;
  beforeEach(async () => {
    isIll = true;
    server = await serve(({ path }) => {
      if (path === '/9/gone') return { status: 404 };
      return path === '/8/ill' ? (isIll ? { status: 500 } : { status: 200, body: pictures[3]! }) : undefined;
    });
    csv = await csvOf(names.map((name) => server.url + name));
  });

  it('asks only for what is missing and may have come back', async () => {
    const first = await fetchFrom(csv, { retries: 0 });
    expect(first.addresses).toEqual({ named: 4, fetched: 2, present: 0, failed: 2, open: 0 });
    expect(first.failures.map(({ reason, askedAgain }) => [reason, askedAgain])).toEqual([
      ['not found', false],
      ['server error', true],
    ]);
    await rm(join(first.folder, nameOf(pictures[1]!)));
    isIll = false;
    const asked = server.requests.length;
    const second = await fetchFrom(csv);
    expect(
      server.requests
        .slice(asked)
        .map(({ path }) => path)
        .sort(),
    ).toEqual(['/1/b', '/8/ill']);
    expect(second.addresses).toEqual({ named: 4, fetched: 2, present: 1, failed: 1, open: 0 });
    const third = await fetchFrom(csv, { retryFailed: true });
    expect(server.requests.slice(asked + 2).map(({ path }) => path)).toEqual(['/9/gone']);
    expect(third.addresses).toEqual({ named: 4, fetched: 0, present: 3, failed: 1, open: 0 });
    expect(third.rowsWithImage).toBe(3);
  });

  it('believes no line that is torn or changed, and no file of another length', async () => {
    const first = await fetchFrom(csv, { retries: 0 });
    const records = await journalOf(first);
    const [a, b] = ['/0/a', '/1/b'].map((path) => records.find(({ url }) => url.endsWith(path))!);
    const torn = JSON.stringify(b).slice(0, -10);
    const outside = JSON.stringify({ ...a, file: '../posts.csv', bytes: (await stat(csv)).size });
    await writeFile(first.journalPath, `${outside}\nnull\n7\n${torn}`);
    const asked = server.requests.length;
    await fetchFrom(csv, { retries: 0, perHost: 1 });
    expect(server.requests.length - asked).toBe(4);
    await writeFile(join(first.folder, nameOf(pictures[1]!)), 'short');
    await fetchFrom(csv, { retries: 0 });
    expect(
      server.requests
        .slice(asked + 4)
        .map(({ path }) => path)
        .sort(),
    ).toEqual(['/1/b', '/8/ill']);
  });

  it('goes on where the first was stopped', async () => {
    const controller = new AbortController();
    const first = await fetchFrom(csv, {
      concurrency: 1,
      perHost: 1,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    expect(first).toMatchObject({ stopped: true, addresses: { named: 4, fetched: 1, open: 3 } });
    expect(await readdir(folder)).not.toContain('posts-local.csv');
    isIll = false;
    const second = await fetchFrom(csv);
    expect(second).toMatchObject({ stopped: false, addresses: { named: 4, fetched: 2, present: 1, failed: 1 } });
    expect(pathsOf(server)).toEqual([...names].sort());
  });

  it('removes what a killed one left half written, and nothing else', async () => {
    const images = join(folder, 'posts-images');
    await mkdir(images);
    for (const name of ['old.png.1.partial', 'new.png.2.partial', 'mine.txt']) {
      await writeFile(join(images, name), 'x');
      if (name !== 'new.png.2.partial') await utimes(join(images, name), 1, 1);
    }
    await fetchFrom(csv, { retries: 0 });
    const left = (await readdir(images)).filter((name) => !/^[0-9a-f]{32}\.png$/.test(name));
    expect(left.sort()).toEqual(['journal.jsonl', 'mine.txt', 'new.png.2.partial']);
  });

  it('is announced by a plan, which asks nobody and writes nothing', async () => {
    const before = await planImageFetch(csv);
    expect(before).toMatchObject({
      rows: { read: 4, withAddress: 4 },
      addresses: { named: 4, present: 0, settled: 0, unsupported: 0, toFetch: 4 },
      hosts: [{ host: server.url.slice('http://'.length), addresses: 4 }],
    });
    expect([await readdir(folder), server.requests]).toEqual([['posts.csv'], []]);
    await fetchFrom(csv, { retries: 0 });
    const after = await planImageFetch(csv);
    expect(after.addresses).toEqual({ named: 4, present: 2, settled: 1, unsupported: 0, toFetch: 1 });
    expect((await planImageFetch(csv, { retryFailed: true })).addresses).toMatchObject({ settled: 0, toFetch: 2 });
  });
});

describe('mistakes', () => {
  it('names the column that is missing, and what was probably meant', async () => {
    const csv = await put(folder, 'posts.csv', 'text,image_paht\na,http://a.test/x\n');
    await expect(fetchFrom(csv)).rejects.toThrow(
      'expected the column "image_path" (column; did you mean "image_paht"?)',
    );
    await expect(fetchFrom(await put(folder, 'no.csv', 'text,image_path\n'))).rejects.toThrow(
      'expected rows, found none.',
    );
  });

  it('takes CSV only', async () => {
    const lines = await put(folder, 'posts.jsonl', '{"text":"a","image_path":"http://a.test/x"}\n');
    await expect(fetchFrom(lines)).rejects.toThrow(
      'posts.jsonl: expected a CSV file, got JSON Lines. Export it as CSV.',
    );
  });

  it.each([
    [{ concurrency: 0 }, 'concurrency must be a whole number from 1, got 0.'],
    [{ perHost: 1.5 }, 'perHost must be a whole number from 1, got 1.5.'],
    [{ retries: -1 }, 'retries must be a whole number from 0, got -1.'],
    [{ maxBytes: NaN }, 'maxBytes must be a whole number from 1, got NaN.'],
    [{ idleTimeoutMs: 0 }, 'idleTimeoutMs must be a whole number from 1, got 0.'],
  ])('refuses %j', async (options, message) => {
    await expect(fetchFrom(await csvOf(['']), options)).rejects.toThrow(RangeError);
    await expect(fetchFrom(await csvOf(['']), options)).rejects.toThrow(message);
  });

  it('stops at once when the disk refuses, and says what to do', async () => {
    const server = await serve();
    const csv = await csvOf(Array.from({ length: 20 }, (_, i) => `${server.url}/0/${i}`));
    await put(folder, 'posts-images', 'a file in the way');
    await expect(fetchFrom(csv)).rejects.toThrow(/posts-images: must be written, got EEXIST\. Check the folder/);
    await rm(join(folder, 'posts-images'));
    // A folder in the place of the picture.
    await mkdir(join(folder, 'posts-images', nameOf(pictures[0]!)), { recursive: true });
    const error: unknown = await fetchFrom(csv, { perHost: 1 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DatasetError);
    expect(server.requests.length).toBe(1);
    expect((await readdir(join(folder, 'posts-images'))).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  it('notices that the file changed meanwhile', async () => {
    const server = await serve();
    const csv = await csvOf([`${server.url}/0/a`]);
    const changed = fetchFrom(csv, { onProgress: () => void csvOf([`${server.url}/1/b`]) });
    await expect(changed).rejects.toThrow('must not change while its images are fetched. Run it again.');
    expect(await readdir(folder)).toEqual(['posts-images', 'posts.csv']);
  });
});
