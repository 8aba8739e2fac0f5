import { lookup } from 'node:dns';
import { setTimeout } from 'node:timers/promises';
import { randomStream } from '../random/randomStream.js';
import type { FetchImagesOptions, FetchTransport } from './FetchImagesOptions.js';

/** How images are asked for: every option with its value. */
export interface FetchSettings {
  readonly concurrency: number;
  readonly perHost: number;
  readonly hostDelayMs: number;
  readonly idleTimeoutMs: number;
  readonly maxTimeMs: number;
  readonly maxBytes: number;
  readonly retries: number;
  readonly allowPrivate: boolean;
  readonly allowDowngrade: boolean;
  readonly userAgent: string;
  readonly transport: FetchTransport;
}

/** Least value of each number; all are whole. */
const least = {
  concurrency: 1,
  perHost: 1,
  hostDelayMs: 0,
  idleTimeoutMs: 1,
  maxTimeMs: 1,
  maxBytes: 1,
  retries: 0,
} as const;

/**
 * Fills in defaults.
 *
 * @throws `RangeError` for a number out of range
 */
export function fetchSettings(options: FetchImagesOptions): FetchSettings {
  const settings = {
    concurrency: options.concurrency ?? 8,
    perHost: options.perHost ?? 2,
    hostDelayMs: options.hostDelayMs ?? 100,
    idleTimeoutMs: options.idleTimeoutMs ?? 30_000,
    maxTimeMs: options.maxTimeMs ?? 300_000,
    maxBytes: options.maxBytes ?? 20_000_000,
    retries: options.retries ?? 3,
    allowPrivate: options.allowPrivate ?? false,
    allowDowngrade: options.allowDowngrade ?? false,
    userAgent: options.userAgent ?? 'crossmodal-dataset',
    transport: {
      // Asked for all addresses, Node's own gives a list.
      lookup: options.transport?.lookup ?? lookup,
      sleep: options.transport?.sleep ?? ((ms, signal) => setTimeout(ms, undefined, { signal })),
      now: options.transport?.now ?? Date.now,
      random: options.transport?.random ?? spreadByProcess(),
    },
  };
  for (const [name, from] of Object.entries(least) as [keyof typeof least, number][]) {
    const value = settings[name];
    if (Number.isSafeInteger(value) && value >= from) continue;
    throw new RangeError(`fetchImages: ${name} must be a whole number from ${from}, got ${value}.`);
  }
  return settings;
}

/** Processes that were refused together shall not come back together. */
function spreadByProcess(): () => number {
  const stream = randomStream(process.pid, 'retries');
  return () => stream.next();
}
