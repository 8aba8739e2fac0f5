import type { IncomingMessage } from 'node:http';
import { FetchFailure, type FetchFailureReason } from './FetchFailure.js';
import { retryAfter } from './retryAfter.js';

/**
 * What it means that an answer is not 200.
 *
 * @param now - milliseconds since 1970, for dates in `Retry-After`
 */
export function statusFailure({ statusCode = 0, headers }: IncomingMessage, now: number): FetchFailure {
  const reason = reasonOf(statusCode);
  const wait = reason === 'busy' ? retryAfter(headers['retry-after'], now) : undefined;
  return new FetchFailure(reason, `status ${statusCode}`, wait);
}

function reasonOf(status: number): FetchFailureReason {
  if (status === 404 || status === 410) return 'not found';
  if (status === 429 || status === 503) return 'busy';
  if (status === 408 || status === 425 || status >= 500) return 'server error';
  return 'refused';
}
