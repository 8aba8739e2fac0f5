import { explainRefusal } from './explainRefusal.js';
import { HubError } from './HubError.js';
import { retryAfterMs } from './retryAfterMs.js';
import { storageFailure } from './storageFailure.js';

/** What a request needs of the world; tests replace it. */
export interface HubTransport {
  /** Default: the global `fetch`. */
  readonly fetch: typeof fetch;
  /** Waits so many milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A number in [0, 1) that spreads retries. */
  readonly random: () => number;
  /** Milliseconds without a byte after which a connection counts as dead. */
  readonly idleTimeoutMs: number;
  /** How often a request is tried. */
  readonly attempts: number;
}

/** Whom a {@link HubClient} speaks to. */
export interface HubClientOptions {
  /** Scheme and host, without a slash at the end. */
  readonly endpoint: string;
  /** Sent to the endpoint only. */
  readonly token: string | undefined;
  /** The world. */
  readonly transport: HubTransport;
  /** Gives up when it is aborted. */
  readonly signal?: AbortSignal | undefined;
  /** What may help when nobody can be reached. */
  readonly hint?: string | undefined;
  /** Says what an answer without content means; default: what it means on the hub. */
  readonly explain?: typeof explainRefusal | undefined;
  /** What to check when a connection fails; default: what matters on the hub. */
  readonly advice?: string | undefined;
}

const redirects = new Set([301, 302, 303, 307, 308]);
const worthRetrying = new Set([408, 425, 429, 500, 502, 503, 504]);
const mostRedirects = 5;
const longestWaitMs = 60_000;

/** Speaks HTTP with one endpoint, and with the hosts that it redirects to, which never see the token. */
export class HubClient {
  readonly endpoint: string;
  readonly transport: HubTransport;
  readonly #token: string | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #hint: string | undefined;
  readonly #explain: typeof explainRefusal;
  readonly #advice: string;

  /** @param options - endpoint, token and world */
  constructor({ endpoint, token, transport, signal, hint, explain, advice }: HubClientOptions) {
    this.endpoint = endpoint;
    this.transport = transport;
    this.#token = token;
    this.#signal = signal;
    this.#hint = hint;
    this.#explain = explain ?? explainRefusal;
    this.#advice = advice ?? 'Check the network and HF_ENDPOINT; with everything in the cache, pass offline.';
  }

  /**
   * Runs a request and what is done with its answer, again after failures that may pass: lost connections, silence, 429 and 5xx.
   *
   * @param path - below the endpoint
   * @param headers - asked for each time, since a download that goes on asks for another range
   * @param use - reads the answer; a `HubError` with code `network` or a failed connection in it is tried again
   * @param attempts - default: the transport's
   */
  async request<T>(
    path: string,
    headers: () => Record<string, string>,
    use: (response: Response) => Promise<T>,
    attempts = this.transport.attempts,
  ): Promise<T> {
    const { sleep, random } = this.transport;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await use(await this.#send(new URL(this.endpoint + path), headers()));
      } catch (error) {
        this.#signal?.throwIfAborted();
        // A disk that cannot be written is not helped by asking again.
        if (storageFailure(error) !== undefined) throw error;
        const failure = this.#describe(error, path);
        if (failure.code !== 'network' || attempt >= attempts) throw failure;
        const wait = failure instanceof RetryLater ? failure.waitMs : 500 * 2 ** attempt * (0.5 + random());
        await sleep(Math.min(wait, longestWaitMs));
      }
    }
  }

  /** The pieces of an answer, as long as they keep coming. */
  async *pieces(response: Response): AsyncGenerator<Uint8Array> {
    const reader = response.body?.getReader();
    if (!reader) return;
    try {
      for (;;) {
        const { done, value } = await this.#within(reader.read());
        if (done) return;
        yield value;
      }
    } finally {
      // A connection that is given up must not go on in the background.
      void reader.cancel().catch(() => undefined);
    }
  }

  async #send(start: URL, headers: Record<string, string>): Promise<Response> {
    let url = start;
    for (let hop = 0; hop <= mostRedirects; hop += 1) {
      const isOurs = url.origin === new URL(this.endpoint).origin;
      const controller = new AbortController();
      const response = await this.#within(
        this.transport.fetch(url, {
          redirect: 'manual',
          signal: this.#signal ? AbortSignal.any([this.#signal, controller.signal]) : controller.signal,
          headers: {
            // A compressed answer has neither the length nor the hash that was announced.
            'accept-encoding': 'identity',
            ...headers,
            ...(isOurs && this.#token !== undefined ? { authorization: `Bearer ${this.#token}` } : {}),
          },
        }),
        controller,
      );
      const location = response.headers.get('location');
      if (!redirects.has(response.status) || location === null) return this.#accept(response, url);
      await response.body?.cancel();
      url = new URL(location, url);
      if (url.protocol !== 'https:' && start.protocol === 'https:') {
        throw new HubError('network', `${start.href}: a redirect must stay encrypted, got ${url.origin}.`);
      }
    }
    throw new HubError('integrity', `${start.href}: at most ${mostRedirects} redirects are followed, got more.`);
  }

  async #accept(response: Response, url: URL): Promise<Response> {
    // Whoever asks for a range decides what it means that there is none.
    if (response.ok || response.status === 416) return response;
    await response.body?.cancel();
    const failure = this.#explain(response, `${url.origin}${url.pathname}`, this.#token !== undefined);
    if (!worthRetrying.has(response.status)) throw failure;
    const waitMs = retryAfterMs(response.headers.get('retry-after'), this.transport.now());
    throw waitMs === undefined ? failure : new RetryLater(failure.message, waitMs);
  }

  /** Waits for one sign of life. */
  async #within<T>(promise: Promise<T>, controller?: AbortController): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(
          new HubError('network', `${this.endpoint}: no byte arrived for ${this.transport.idleTimeoutMs / 1000} s.`),
        );
        controller?.abort();
      }, this.transport.idleTimeoutMs);
    });
    try {
      return await Promise.race([promise, silence]);
    } finally {
      clearTimeout(timer);
    }
  }

  #describe(error: unknown, path: string): HubError {
    if (error instanceof HubError) return error;
    return new HubError(
      'network',
      `${this.endpoint}${path}: the connection failed (${reasonOf(error)}). ${this.#advice}${this.#hint ? ` ${this.#hint}` : ''}`,
      { cause: error },
    );
  }
}

/** The server said when it wants to be asked again. */
class RetryLater extends HubError {
  readonly waitMs: number;

  constructor(message: string, waitMs: number) {
    super('network', message);
    this.waitMs = waitMs;
  }
}

/** What is at the end of the chain of causes, where `fetch` hides it: the system's code, or a message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error.cause === undefined ? '' : reasonOf(error.cause);
  if (inner !== '') return inner;
  return 'code' in error && /^E[A-Z_]+$/.test(String(error.code)) ? String(error.code) : error.message;
}
