import { expect, it } from 'vitest';
import { retryAfterMs } from './retryAfterMs.js';

const now = Date.UTC(2026, 0, 31, 23, 59, 50);

it.each<[string | null, number | undefined]>([
  ['7', 7000],
  ['0', 0],
  [' 120 ', 120_000],
  ['Sun, 01 Feb 2026 00:00:05 GMT', 15_000],
  // The past: at once.
  ['Sat, 31 Jan 2026 23:00:00 GMT', 0],
  ['soon', undefined],
  ['', undefined],
  ['-5 minutes', undefined],
  [null, undefined],
])('understands Retry-After %j', (header, expected) => {
  expect(retryAfterMs(header, now)).toBe(expected);
});
