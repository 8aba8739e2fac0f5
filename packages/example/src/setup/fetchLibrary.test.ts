import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FaultServer, type ReceivedRequest, type ScriptedAnswer, startFaultServer } from '@crossmodal/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fakeLibrary, scratchFolder } from './__fakes__/fakeTensorflow.js';
import { fetchLibrary, type FetchLibraryOptions } from './fetchLibrary.js';
import { type LibraryArchive, libraryArchive } from './libraryArchives.js';
import { runProcess } from './runProcess.js';
import { type TensorflowLibrary } from './TensorflowLibrary.js';

/** An archive as TensorFlow publishes them, made here. */
function packLibrary(root: string): Uint8Array<ArrayBuffer> {
  const file = join(root, 'packed.tar.gz');
  execFileSync('tar', ['-czf', file, '-C', fakeLibrary(join(root, 'packed')), 'lib', 'include']);
  return Uint8Array.from(readFileSync(file));
}

async function serve(
  body: Uint8Array<ArrayBuffer>,
  special: (request: ReceivedRequest) => ScriptedAnswer | undefined = () => undefined,
): Promise<FaultServer> {
  const server = await startFaultServer((request) => {
    const answer = special(request);
    if (answer) return answer;
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get('range') ?? '');
    if (!range) return { status: 200, body };
    const [, from = '0', to = ''] = range;
    const part = body.slice(Number(from), to === '' ? undefined : Number(to) + 1);
    const contentRange = `bytes ${from}-${Number(from) + part.length - 1}/${body.length}`;
    return { status: 206, headers: { 'content-range': contentRange }, body: part };
  });
  onTestFinished(() => server.close());
  return server;
}

const fetchFrom = (
  server: FaultServer,
  sha256: string,
  folder: string,
  onProgress?: FetchLibraryOptions['onProgress'],
): Promise<TensorflowLibrary> => {
  const archive: LibraryArchive = { version: '2.18.0', url: `${server.url}/library.tar.gz`, sha256 };
  const transport = { sleep: () => Promise.resolve(), random: () => 0.5, attempts: 1 };
  return fetchLibrary(archive, folder, { run: runProcess, env: {}, transport, onProgress });
};
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('fetchLibrary', () => {
  it('unpacks what has the pinned hash, keeps no archive, and asks for nothing the next time', async () => {
    const root = scratchFolder();
    const bytes = packLibrary(root);
    const server = await serve(bytes);
    const folder = join(root, 'cache/library');
    const { libraries, source } = await fetchFrom(server, hashOf(bytes), folder);
    expect([libraries[0], source]).toEqual([join(folder, 'lib/libtensorflow.so.2'), 'download']);
    expect(readFileSync(join(folder, 'lib/libtensorflow.so.2'), 'utf8')).toBe('main library');
    expect(readdirSync(join(root, 'cache'))).toEqual(['library']);
    const asked = server.requests.length;
    await fetchFrom(server, hashOf(bytes), folder);
    expect(server.requests.length).toBe(asked);
  });

  it('goes on where an earlier download stopped', async () => {
    const root = scratchFolder();
    const bytes = packLibrary(root);
    const half = Math.floor(bytes.length / 2);
    let tell: () => void = () => undefined;
    // The connection breaks only once the first half is known to be there.
    const arrived = new Promise<void>((resolve) => (tell = resolve));
    let cut = true;
    const server = await serve(bytes, ({ headers }) =>
      cut && !headers.has('range')
        ? { status: 200, body: bytes, fault: { after: half, kind: 'reset', arrived } }
        : undefined,
    );
    const folder = join(root, 'cache/library');
    const onProgress = ({ done }: { done: number }): void => (done >= half ? tell() : undefined);
    await expect(fetchFrom(server, hashOf(bytes), folder, onProgress)).rejects.toMatchObject({ code: 'network' });
    cut = false;
    await fetchFrom(server, hashOf(bytes), folder);
    expect(server.requests.at(-1)?.headers.get('range')).toBe(`bytes=${half}-`);
    expect(existsSync(join(folder, 'include/tensorflow/c/c_api.h'))).toBe(true);
  });

  it('unpacks nothing that has another hash', async () => {
    const root = scratchFolder();
    const bytes = packLibrary(root);
    const folder = join(root, 'cache/library');
    const server = await serve(bytes);
    await expect(fetchFrom(server, hashOf(bytes.slice(1)), folder)).rejects.toMatchObject({ code: 'integrity' });
    expect(existsSync(folder)).toBe(false);
  });

  it('says that a proxy refuses', async () => {
    const root = scratchFolder();
    const server = await serve(new Uint8Array(1), () => ({ status: 403 }));
    await expect(fetchFrom(server, '0'.repeat(64), join(root, 'library'))).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringContaining('the server or a proxy refuses (status 403)') as string,
    });
  });

  it('says what tar said', async () => {
    const root = scratchFolder();
    const bytes = new TextEncoder().encode('no archive');
    const server = await serve(bytes);
    await expect(fetchFrom(server, hashOf(bytes), join(root, 'library'))).rejects.toMatchObject({
      code: 'library',
      message: expect.stringMatching(/library\.tar\.gz: tar ended with \d+: .+/) as string,
    });
    expect(existsSync(join(root, 'library'))).toBe(false);
  });
});

describe('libraryArchive', () => {
  it('knows Linux on x64, both devices, and macOS on arm64 without GPU', () => {
    const known = (['cpu', 'gpu'] as const).flatMap((device) =>
      ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64'].filter((machine) => {
        const [platform = '', arch = ''] = machine.split('-');
        const archive = libraryArchive(platform, arch, device);
        if (archive) {
          expect(archive.sha256).toMatch(/^[0-9a-f]{64}$/);
          expect(archive.url).toContain(`/${archive.version}/libtensorflow-${device}-`);
        }
        return archive;
      }),
    );
    expect(known).toEqual(['linux-x64', 'darwin-arm64', 'linux-x64']);
  });
});
