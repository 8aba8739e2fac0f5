import { createServer, type Socket } from 'node:net';

/** One request as it arrived. */
export interface ReceivedRequest {
  readonly path: string;
  readonly headers: ReadonlyMap<string, string>;
}

/** What the server does with a request; bytes go out as they stand. */
export interface ScriptedAnswer {
  readonly status: number;
  /** Added to Content-Length and `connection: close`; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: Uint8Array | string;
  /** After so many bytes of the body the connection is reset, or falls silent, or ends, once a test says that they arrived. */
  readonly fault?: {
    readonly after: number;
    readonly kind: 'reset' | 'stall' | 'end';
    readonly arrived?: Promise<unknown>;
  };
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
  const all: [string, string | undefined][] = Object.entries({
    'content-length': String(bytes.length),
    connection: 'close',
    ...headers,
  });
  const lines = all.flatMap(([name, value]) => (value === undefined ? [] : `${name}: ${value}\r\n`));
  socket.write(`HTTP/1.1 ${status} Scripted\r\n${lines.join('')}\r\n`);
  const sent = fault ? bytes.subarray(0, fault.after) : bytes;
  if (drip === undefined) socket.write(sent);
  else {
    for (let i = 0; i < sent.length; i += drip) {
      socket.write(sent.subarray(i, i + drip));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
  if (fault?.kind === 'stall') return;
  // What is not read yet when a connection breaks is lost.
  await fault?.arrived;
  if (fault?.kind === 'reset') socket.resetAndDestroy();
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
