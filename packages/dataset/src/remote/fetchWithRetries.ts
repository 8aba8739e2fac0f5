import { FetchFailure } from './FetchFailure.js';
import type { Clock, HostGate } from './HostGate.js';
import type { FetchedImage } from './readImageBody.js';

const FIRST_WAIT_MS = 1000;

/** What an address gave in the end. */
export interface FetchOutcome {
  readonly result: FetchedImage | FetchFailure;
  /** How often it was asked. */
  readonly tries: number;
}

/** How often, and how long to wait in between. */
export interface RetryOptions extends Clock {
  /** Further tries after the first. */
  readonly retries: number;
  /** A number in [0, 1) that spreads waits. */
  readonly random: () => number;
}

/**
 * Tries to fetch one address until it is there, cannot be had, or was tried often enough.
 *
 * Waits double from about a second, spread by half to both sides. A host that is busy is left alone by everybody, for as long as it says.
 *
 * @param get - one try
 * @param gate - of the address's host
 * @throws what is no {@link FetchFailure}, and the reason of `signal`
 */
export async function fetchWithRetries(
  get: () => Promise<FetchedImage>,
  gate: HostGate,
  { retries, random, sleep }: RetryOptions,
  signal: AbortSignal,
): Promise<FetchOutcome> {
  for (let tries = 1; ; tries += 1) {
    const closed = await gate.pass(signal);
    if (closed) return { result: closed, tries: tries - 1 };
    try {
      const result = await get();
      gate.settle(true);
      return { result, tries };
    } catch (error) {
      if (!(error instanceof FetchFailure)) throw error;
      const wait = error.waitMs ?? FIRST_WAIT_MS * 2 ** (tries - 1) * (0.5 + random());
      if (error.reason === 'busy') gate.pause(wait);
      if (!error.mayPass || tries > retries) {
        gate.settle(error.reason !== 'unreachable' && error.reason !== 'timeout');
        return { result: error, tries };
      }
      if (error.reason !== 'busy') await sleep(wait, signal);
    }
  }
}
