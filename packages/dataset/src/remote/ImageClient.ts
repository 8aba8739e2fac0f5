import { Agent as HttpAgent, get as httpGet, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, get as httpsGet } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { FetchFailure } from './FetchFailure.js';
import { followRedirect } from './followRedirect.js';
import { guardLookup } from './guardLookup.js';
import { Patience } from './Patience.js';
import { readImageBody, type FetchedImage } from './readImageBody.js';
import { statusFailure } from './statusFailure.js';

const MOST_REDIRECTS = 5;
/** Kept for the next image of the same host, but not for long: a list may name many hosts. */
const connections = { keepAlive: true, timeout: 4000 } as const;
const redirects = [301, 302, 303, 307, 308];

/** What a client will do, and how long it waits. */
export interface ImageClientOptions {
  readonly userAgent: string;
  readonly maxBytes: number;
  readonly idleTimeoutMs: number;
  readonly maxTimeMs: number;
  /** Asked of each IP address before a connection to it. */
  readonly isAllowed: (address: string) => boolean;
  readonly allowDowngrade: boolean;
  readonly lookup: LookupFunction;
  readonly now: () => number;
}

/**
 * Asks for images, one try each.
 *
 * Node's `http` and not `fetch`: a connection is made only to addresses that were checked, nothing is unpacked on the way,
 * and a body that is shorter than announced is an error.
 */
export class ImageClient {
  readonly #options: ImageClientOptions;
  readonly #lookup: LookupFunction;
  readonly #http = new HttpAgent(connections);
  readonly #https = new HttpsAgent(connections);

  constructor(options: ImageClientOptions) {
    this.#options = options;
    this.#lookup = guardLookup(options.lookup, options.isAllowed);
  }

  /**
   * Fetches one image, through redirects.
   *
   * @throws {@link FetchFailure} when there is none
   * @throws the reason of `signal` when it is aborted
   */
  async get(address: URL, signal: AbortSignal): Promise<FetchedImage> {
    const { idleTimeoutMs, maxTimeMs, maxBytes, now } = this.#options;
    const patience = new Patience(idleTimeoutMs, maxTimeMs, signal);
    try {
      const response = await this.#follow(address, patience);
      if (response.statusCode !== 200) {
        response.destroy();
        throw statusFailure(response, now());
      }
      return await readImageBody(response, maxBytes, patience);
    } catch (error) {
      patience.signal.throwIfAborted();
      throw error instanceof FetchFailure ? error : connectionFailure(error);
    } finally {
      patience.end();
    }
  }

  /** Closes idle connections. */
  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  async #follow(start: URL, patience: Patience): Promise<IncomingMessage> {
    let url = start;
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      this.#check(url);
      const response = await this.#send(url, patience.signal);
      patience.renew();
      const { statusCode = 0, headers } = response;
      if (!redirects.includes(statusCode) || headers.location === undefined) return response;
      response.destroy();
      url = followRedirect(url, headers.location, this.#options.allowDowngrade);
    }
    throw new FetchFailure('too many redirects', `more than ${MOST_REDIRECTS}`);
  }

  /** A number in place of a name is never looked up. */
  #check({ hostname }: URL): void {
    const host = hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && !this.#options.isAllowed(host)) throw new FetchFailure('private address', host);
  }

  #send(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
    const isSecure = url.protocol === 'https:';
    const options: RequestOptions = {
      agent: isSecure ? this.#https : this.#http,
      lookup: this.#lookup,
      signal,
      headers: { 'user-agent': this.#options.userAgent, accept: 'image/*,*/*;q=0.5', 'accept-encoding': 'identity' },
    };
    return new Promise((resolve, reject) => {
      (isSecure ? httpsGet : httpGet)(url, options, resolve).on('error', reject);
    });
  }
}

function connectionFailure(error: unknown): FetchFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
  return new FetchFailure('unreachable', code, undefined, { cause: error });
}
