import { createServer } from 'node:http';
import { createServer as createSilentServer, type AddressInfo, type Server } from 'node:net';
import { startFaultServer, type FaultServer, type ScriptedAnswer } from '@crossmodal/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { samplePicture } from '../__fixtures__/samplePicture.js';
import { encodeJpeg } from '../images/encodeJpeg.js';
import { encodePng } from '../images/encodePng.js';
import { FetchFailure } from './FetchFailure.js';
import { ImageClient, type ImageClientOptions } from './ImageClient.js';

const png = await encodePng(samplePicture(20, 20));
const jpeg = await encodeJpeg(samplePicture(20, 20));
const closing: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function serve(answer: (path: string, earlier: number) => ScriptedAnswer): Promise<FaultServer> {
  const server = await startFaultServer(({ path }, earlier) => answer(path, earlier));
  closing.push(() => server.close());
  return server;
}

async function listen(server: Server): Promise<URL> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

/** Every name is this machine; where a test wants no patience, it says so. */
function clientOf(options: Partial<ImageClientOptions> = {}): ImageClient {
  const client = new ImageClient({
    userAgent: 'test',
    maxBytes: 100_000,
    idleTimeoutMs: 20_000,
    maxTimeMs: 20_000,
    isAllowed: (address) => address === '127.0.0.1',
    allowDowngrade: false,
    lookup: (_, { all }, callback) =>
      all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4),
    now: () => 0,
    ...options,
  });
  closing.push(() => {
    client.close();
  });
  return client;
}

const never = new AbortController().signal;
async function messageOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FetchFailure);
  return (error as FetchFailure).message;
}

describe('ImageClient', () => {
  it('gives the bytes as they are, asks for nothing packed, and says who it is', async () => {
    const server = await serve(() => ({ status: 200, body: png, headers: { 'content-type': 'text/html' }, drip: 100 }));
    const { bytes, format } = await clientOf().get(new URL(`${server.url}/a.jpg`), never);
    expect([Buffer.from(bytes).equals(png), format]).toEqual([true, 'png']);
    const [{ headers }] = server.requests as [(typeof server.requests)[0]];
    expect([headers.get('user-agent'), headers.get('accept-encoding')]).toEqual(['test', 'identity']);
  });

  it.each<[string, ScriptedAnswer, string]>([
    ['404', { status: 404 }, 'not found: status 404'],
    ['410', { status: 410 }, 'not found: status 410'],
    ['403', { status: 403 }, 'refused: status 403'],
    ['204', { status: 204 }, 'refused: status 204'],
    ['a redirect to nowhere', { status: 302 }, 'refused: status 302'],
    ['429', { status: 429 }, 'busy: status 429'],
    ['503', { status: 503 }, 'busy: status 503'],
    ['500', { status: 500 }, 'server error: status 500'],
    ['408', { status: 408 }, 'server error: status 408'],
    ['a web page', { status: 200, body: '\n <!DOCTYPE html><p>Gone' }, 'not an image: got a web page'],
    ['a drawing', { status: 200, body: '<svg xmlns="http://www.w3.org/2000/svg"/>' }, 'got an SVG drawing'],
    ['JSON', { status: 200, body: '{"error":"gone"}' }, 'not an image: got JSON'],
    ['nothing', { status: 200 }, 'not an image: got nothing'],
    ['a PDF', { status: 200, body: '%PDF-1.7' }, 'not an image: got something else'],
    ['packed bytes', { status: 200, body: png, headers: { 'content-encoding': 'gzip' } }, 'packed with gzip'],
    ['a short body', { status: 200, body: png, fault: { after: 300, kind: 'end' } }, 'cut short: the connection ended'],
    ['a reset', { status: 200, body: png, fault: { after: 300, kind: 'reset' } }, 'cut short: the connection ended'],
    ['a reset before a byte', { status: 200, body: png, fault: { after: 0, kind: 'reset' } }, 'cut short'],
    ['silence', { status: 200, body: png, fault: { after: 300, kind: 'stall' } }, 'timeout: no byte for 0.3 s'],
    [
      'more than was announced as possible',
      { status: 200, body: png, headers: { 'content-length': '100001' } },
      'too large: expected at most 100000 bytes, 100001 were announced',
    ],
    [
      'more than is wanted, unannounced',
      { status: 200, body: Buffer.concat([png, Buffer.alloc(100_000)]), headers: { 'content-length': undefined } },
      'too large: expected at most 100000 bytes, more arrived',
    ],
    [
      'half an image without a length',
      { status: 200, body: jpeg.subarray(0, jpeg.length / 2), headers: { 'content-length': undefined } },
      'cut short: the image cannot be decoded',
    ],
    [
      'chunks that do not end',
      {
        status: 200,
        body: `40\r\n\x89PNG\r\n\x1a\n${'x'.repeat(56)}\r\n`,
        headers: { 'content-length': undefined, 'transfer-encoding': 'chunked' },
      },
      'cut short: the connection ended',
    ],
  ])('says what is wrong with %s', async (_, answer, message) => {
    const body = typeof answer.body === 'string' ? Buffer.from(answer.body, 'latin1') : answer.body;
    const server = await serve(() => ({ ...answer, ...(body ? { body } : {}) }));
    const client = clientOf(answer.fault?.kind === 'stall' ? { idleTimeoutMs: 300 } : {});
    expect(await messageOf(client.get(new URL(server.url), never))).toContain(message);
  });

  it('takes a whole image without a length, and one with more bytes than announced', async () => {
    const answers: ScriptedAnswer[] = [
      { status: 200, body: jpeg, headers: { 'content-length': undefined } },
      {
        status: 200,
        body: Buffer.concat([jpeg, Buffer.from('more')]),
        headers: { 'content-length': `${jpeg.length}` },
      },
    ];
    const server = await serve((_, earlier) => answers[earlier]!);
    const client = clientOf();
    for (const url of answers.map(() => new URL(server.url))) {
      const { bytes } = await client.get(url, never);
      expect(Buffer.from(bytes).equals(jpeg)).toBe(true);
    }
  });

  it('does not read a large page to its end', async () => {
    let sent = 0;
    const server = createServer((_, response) => {
      const write = (): void => {
        if (response.destroyed || sent > 50_000_000) return;
        sent += 10_000;
        response.write('<html>'.padEnd(10_000), write);
      };
      write();
    });
    const url = await listen(server);
    expect(await messageOf(clientOf({ maxBytes: 40_000_000 }).get(url, never))).toBe('not an image: got a web page');
    expect(sent).toBeLessThan(5_000_000);
  });

  it('gives up on a server that drips for ever', async () => {
    const body = Buffer.concat([png, Buffer.alloc(50_000)]);
    const server = await serve(() => ({ status: 200, body, drip: 10 }));
    const client = clientOf({ maxTimeMs: 400 });
    expect(await messageOf(client.get(new URL(server.url), never))).toBe('timeout: not done after 0.4 s');
  });

  it('gives up on a server that takes the request and says nothing', async () => {
    const server = createSilentServer((socket) => void closing.push(() => Promise.resolve(socket.destroy())));
    const url = await listen(server);
    expect(await messageOf(clientOf({ idleTimeoutMs: 300 }).get(url, never))).toBe('timeout: no byte for 0.3 s');
  });

  it('counts the beginning of an answer as a sign of life', async () => {
    const url = await listen(
      createServer((_, response) => {
        setTimeout(() => response.flushHeaders(), 800);
        setTimeout(() => response.end(png), 1600);
      }),
    );
    expect((await clientOf({ idleTimeoutMs: 1500 }).get(url, never)).format).toBe('png');
  });

  it('says why there is no connection', async () => {
    const server = await serve(() => ({ status: 200 }));
    await server.close();
    expect(await messageOf(clientOf().get(new URL(server.url), never))).toBe('unreachable: ECONNREFUSED');
    const unknown = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    const client = clientOf({ lookup: (_, __, callback) => callback(unknown, []) });
    expect(await messageOf(client.get(new URL('https://nowhere.test/'), never))).toBe('unreachable: ENOTFOUND');
  });

  it('speaks TLS to https, by name, with the address that was looked up', async () => {
    let hello = Buffer.alloc(0);
    const server = createSilentServer((socket) => {
      socket.on('data', (data) => {
        hello = data;
        socket.destroy();
      });
    });
    const { port } = await listen(server);
    const secure = new URL(`https://shop.test:${port}/`);
    expect(await messageOf(clientOf().get(secure, never))).toBe('unreachable: ECONNRESET');
    expect([hello[0], hello.includes('shop.test')]).toEqual([0x16, true]); // a handshake record with the name
    expect(await messageOf(clientOf({ isAllowed: () => false }).get(secure, never))).toContain(
      'private address: shop.test',
    );
  });

  it('follows five redirects and no more', async () => {
    const server = await serve((path) => {
      const left = Number(path.slice(1));
      return left === 0 ? { status: 200, body: png } : { status: 307, headers: { location: `/${left - 1}` } };
    });
    const client = clientOf();
    expect((await client.get(new URL('/5', server.url), never)).format).toBe('png');
    expect(await messageOf(client.get(new URL('/6', server.url), never))).toBe('too many redirects: more than 5');
    expect(server.requests.length).toBe(12);
  });

  it.each([
    ['http://127.0.0.2:1/', 'private address: 127.0.0.2'],
    ['http://[::1]:1/', 'private address: ::1'],
    ['http://2130706434:1/', 'private address: 127.0.0.2'],
    ['http://inside.test:1/', 'private address: inside.test is in a private network'],
  ])('connects to no address that is not allowed, at first or after a redirect: %s', async (target, message) => {
    const server = await serve(() => ({ status: 302, headers: { location: target } }));
    const lookup: ImageClientOptions['lookup'] = (_, __, callback) =>
      callback(null, [{ address: '10.0.0.1', family: 4 }]);
    const client = clientOf({ lookup });
    expect(await messageOf(client.get(new URL(target), never))).toBe(message);
    expect(server.requests).toEqual([]);
    expect(await messageOf(client.get(new URL(server.url), never))).toBe(message);
    expect(server.requests.length).toBe(1);
  });

  it('sends user and password where they belong and to no other host', async () => {
    const server = await serve((path) =>
      path === '/a'
        ? { status: 302, headers: { location: `${server.url.replace('127.0.0.1', 'other.test')}/b` } }
        : { status: 200, body: png },
    );
    await clientOf().get(new URL(`${server.url.replace('http://', 'http://me:secret@')}/a`), never);
    expect(server.requests.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Basic bWU6c2VjcmV0',
      undefined,
    ]);
  });

  it('stops when it is told to, before and in the middle', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const server = await serve(() => {
      setTimeout(() => controller.abort(reason), 50);
      return { status: 200, body: png, fault: { after: 300, kind: 'stall' } };
    });
    await expect(clientOf().get(new URL(server.url), controller.signal)).rejects.toBe(reason);
    await expect(clientOf().get(new URL(server.url), controller.signal)).rejects.toBe(reason);
    expect(server.requests.length).toBe(1);
  });
});
