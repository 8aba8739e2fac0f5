import { createHash } from 'node:crypto';
import { createServer, type Socket } from 'node:net';

/** One request as it arrived. */
export interface ReceivedRequest {
  readonly path: string;
  readonly headers: ReadonlyMap<string, string>;
}

/** What the server does with a request; bytes go out as they stand. */
export interface ScriptedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** After so many bytes of the body the connection is reset, or falls silent, or ends. */
  readonly fault?: { readonly after: number; readonly kind: 'reset' | 'stall' | 'end' };
  /** Bytes per write, with a pause after each. */
  readonly drip?: number;
}

/** A server below HTTP: it writes scripted bytes, and cuts, stalls and drips at any of them. */
export interface FaultServer {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  close(): Promise<void>;
}

/** Starts a server on a free port of this machine. */
export async function startFaultServer(
  answer: (request: ReceivedRequest, earlier: number) => ScriptedAnswer,
): Promise<FaultServer> {
  const requests: ReceivedRequest[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let text = '';
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (data) => {
      text += data.toString('latin1');
      if (!text.includes('\r\n\r\n')) return;
      const request = parseRequest(text);
      text = '';
      const earlier = requests.filter(({ path }) => path === request.path).length;
      requests.push(request);
      void send(socket, answer(request, earlier));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('startFaultServer: no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function send(socket: Socket, { status, headers = {}, body = '', fault, drip }: ScriptedAnswer): Promise<void> {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const lines = Object.entries({ 'content-length': String(bytes.length), connection: 'close', ...headers });
  socket.write(`HTTP/1.1 ${status} Scripted\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  const sent = fault ? bytes.subarray(0, fault.after) : bytes;
  if (drip === undefined) socket.write(sent);
  else {
    for (let i = 0; i < sent.length; i += drip) {
      socket.write(sent.subarray(i, i + drip));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
  if (fault?.kind === 'stall') return;
  // What was written must arrive before the reset overtakes it.
  if (fault?.kind === 'reset') setTimeout(() => socket.resetAndDestroy(), 20);
  else socket.end();
}

function parseRequest(text: string): ReceivedRequest {
  const [first = '', ...lines] = text.split('\r\n');
  const headers = lines.flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    return colon < 0 ? [] : [[line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]];
  });
  return { path: first.split(' ')[1] ?? '', headers: new Map(headers) };
}

/** A repository on the server: its listing, and its contents with ranges. */
export interface FakeRepository {
  readonly id: string;
  readonly commit: string;
  readonly files: Readonly<Record<string, Uint8Array | string>>;
  /** Files that are stored as large ones, by SHA-256. */
  readonly large?: readonly string[];
}

/** Answers as the hub does. */
export function hubAnswer(repository: FakeRepository, { path, headers }: ReceivedRequest): ScriptedAnswer {
  const { id, commit, files, large = [] } = repository;
  if (path.startsWith(`/api/models/${id}/revision/`)) {
    const siblings = Object.entries(files).map(([rfilename, contents]) => {
      const bytes = bytesOf(contents);
      const blobId = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
      const lfs = { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length };
      return { rfilename, size: bytes.length, blobId, ...(large.includes(rfilename) ? { lfs } : {}) };
    });
    return { status: 200, body: JSON.stringify({ sha: commit, siblings }) };
  }
  const prefix = `/${id}/resolve/${commit}/`;
  const contents = path.startsWith(prefix) ? files[decodeURIComponent(path.slice(prefix.length))] : undefined;
  if (contents === undefined) return { status: 404 };
  const bytes = bytesOf(contents);
  const from = /^bytes=(\d+)-$/.exec(headers.get('range') ?? '')?.[1];
  if (from === undefined) return { status: 200, body: bytes };
  return {
    status: 206,
    headers: { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` },
    body: bytes.subarray(Number(from)),
  };
}

function bytesOf(contents: Uint8Array | string): Uint8Array {
  return typeof contents === 'string' ? new TextEncoder().encode(contents) : contents;
}
