import type { LookupFunction } from 'node:net';

/** What is fetched, how much at once, and what is refused. */
export interface FetchImagesOptions {
  /** Column that holds the addresses; default `image_path`. */
  readonly column?: string;
  /** A label of the Encoding Standard; default `utf-8`. The new file is UTF-8. */
  readonly encoding?: string;
  /** One character between the fields; default: found in the header. */
  readonly delimiter?: string;
  /** Folder for the new file and the folder of images; default: the folder of the CSV file. */
  readonly out?: string;
  /** Images at once; default 8, from 1. */
  readonly concurrency?: number;
  /** Images at once from one host; default 2, from 1. */
  readonly perHost?: number;
  /** Least milliseconds between the beginnings of two requests to one host; default 100. */
  readonly hostDelayMs?: number;
  /** Milliseconds without a byte after which a try ends; default 30 000. */
  readonly idleTimeoutMs?: number;
  /** Milliseconds after which a try ends whatever arrives; default 300 000. */
  readonly maxTimeMs?: number;
  /** Most bytes of an image; default 20 000 000. */
  readonly maxBytes?: number;
  /** Further tries after the first; default 3. */
  readonly retries?: number;
  /** Ask again for what a former run could not have for good, such as 404; default false. */
  readonly retryFailed?: boolean;
  /** Allow addresses in private networks and on this machine; default false. */
  readonly allowPrivate?: boolean;
  /** Follow redirects from https to http; default false. */
  readonly allowDowngrade?: boolean;
  /** How the client presents itself; default `crossmodal-dataset`. */
  readonly userAgent?: string;
  /** Stops when it is aborted: what is there is kept. */
  readonly signal?: AbortSignal;
  /** Hears of each address that is done. */
  readonly onProgress?: (progress: FetchProgress) => void;
  /** The world; tests replace it. */
  readonly transport?: Partial<FetchTransport>;
}

/** How far {@link fetchImages} is, in distinct addresses that are asked for. */
export interface FetchProgress {
  readonly done: number;
  readonly total: number;
  readonly failed: number;
}

/** What fetching needs of the world. */
export interface FetchTransport {
  /** Resolves names; default: that of `node:dns`. */
  readonly lookup: LookupFunction;
  /** Waits so many milliseconds; rejects when the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A number in [0, 1) that spreads retries; default: a stream that depends on the process. */
  readonly random: () => number;
}
