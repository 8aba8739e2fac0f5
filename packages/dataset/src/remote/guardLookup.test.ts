import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { describe, expect, it } from 'vitest';
import { FetchFailure } from './FetchFailure.js';
import { guardLookup } from './guardLookup.js';

const isAllowed = (address: string): boolean => address.startsWith('8.');
const lookupOf =
  (found: LookupAddress[] | string): LookupFunction =>
  (_, options, callback) => {
    expect(options.all).toBe(true);
    callback(null, found);
  };
const ask = (lookup: LookupFunction, all: boolean): Promise<unknown[]> =>
  new Promise((resolve) => {
    guardLookup(lookup, isAllowed)('shop.test', { all }, (...answer) => resolve(answer));
  });

describe('guardLookup', () => {
  const mixed = [
    { address: '10.0.0.1', family: 4 },
    { address: '8.8.8.8', family: 4 },
    { address: '8.8.4.4', family: 4 },
  ];

  it('leaves out addresses that are not allowed, whether one or all are wanted', async () => {
    expect(await ask(lookupOf(mixed), true)).toEqual([null, mixed.slice(1)]);
    expect(await ask(lookupOf(mixed), false)).toEqual([null, '8.8.8.8', 4]);
    expect(await ask(lookupOf('8.8.8.8'), true)).toEqual([null, [{ address: '8.8.8.8', family: 4 }]]);
  });

  it('fails where nothing is left, and hands on what the lookup says', async () => {
    const [failure] = await ask(lookupOf(mixed.slice(0, 1)), true);
    expect(failure).toBeInstanceOf(FetchFailure);
    expect((failure as Error).message).toBe('private address: shop.test is in a private network');
    const unknown = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    expect(await ask((_, __, callback) => callback(unknown, []), true)).toEqual([unknown, []]);
  });
});
