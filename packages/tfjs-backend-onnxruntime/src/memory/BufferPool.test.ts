import { describe, expect, it } from 'vitest';
import { BufferPool } from './BufferPool.js';

const large = 2 ** 16;

describe('BufferPool', () => {
  it('lends a released buffer again, for sizes that round up to it', () => {
    const pool = new BufferPool();
    const first = pool.acquire(large);
    pool.release(first);
    expect(pool.keptBytes).toBe(large);
    expect(pool.acquire(large - 100)).toBe(first);
    expect([pool.keptBytes, pool.lentBytes]).toEqual([0, large]);
  });

  it('never lends a buffer to two at once', () => {
    const pool = new BufferPool();
    const lent = new Set<ArrayBuffer>();
    // A fixed sequence of borrowing and returning in which sizes repeat.
    for (let i = 0; i < 2000; i += 1) {
      const [oldest] = lent;
      if (oldest && (i * 7) % 5 < 2) {
        lent.delete(oldest);
        pool.release(oldest);
        pool.release(oldest);
      } else {
        const buffer = pool.acquire(large * (1 + ((i * 3) % 4)));
        expect(lent.has(buffer)).toBe(false);
        lent.add(buffer);
      }
    }
    for (const buffer of lent) pool.release(buffer);
    expect(pool.lentBytes).toBe(0);
  });

  it('never lends again what something else holds', () => {
    const pool = new BufferPool();
    const buffer = pool.acquire(large);
    pool.letGo(buffer);
    pool.release(buffer);
    expect([pool.lentBytes, pool.keptBytes]).toEqual([0, 0]);
    expect(pool.acquire(large)).not.toBe(buffer);
  });

  it('leaves small buffers and those of others alone', () => {
    const pool = new BufferPool();
    const small = pool.acquire(100);
    expect(small.byteLength).toBe(100);
    for (const buffer of [small, new ArrayBuffer(large), new SharedArrayBuffer(large)]) {
      expect(pool.owns(buffer)).toBe(false);
      pool.letGo(buffer);
      pool.release(buffer);
    }
    expect([pool.lentBytes, pool.keptBytes]).toEqual([0, 0]);
  });

  it('knows its own while they are lent', () => {
    const pool = new BufferPool();
    const buffer = pool.acquire(large);
    expect(pool.owns(buffer)).toBe(true);
    pool.release(buffer);
    expect(pool.owns(buffer)).toBe(false);
  });

  it('knows which of its own nobody else holds', () => {
    const pool = new BufferPool();
    const [alone, held] = [pool.acquire(large), pool.acquire(large)];
    pool.letGo(held);
    expect([alone, held, new ArrayBuffer(large)].map((buffer) => pool.isPrivate(buffer))).toEqual([true, false, false]);
  });

  it('keeps no more than an eighth above the most that was lent, and drops what was used longest ago', () => {
    const pool = new BufferPool(0);
    const borrowed = Array.from({ length: 8 }, () => pool.acquire(large));
    for (const buffer of borrowed) pool.release(buffer);
    expect(pool.keptBytes).toBe(8 * large);
    // Other sizes leave less and less room for the first.
    const others = Array.from({ length: 4 }, () => pool.acquire(2 * large));
    expect(pool.lentBytes + pool.keptBytes).toBeLessThanOrEqual(9 * large);
    expect(pool.keptBytes).toBe(large);
    for (const buffer of others) pool.release(buffer);
    expect(pool.keptBytes).toBe(9 * large);
  });

  it('keeps up to its room however little was lent at once', () => {
    const pool = new BufferPool(7 * large);
    // One after another, in sizes of which none serves another.
    for (const times of [1, 2, 4]) pool.release(pool.acquire(times * large));
    expect(pool.keptBytes).toBe(7 * large);
    pool.release(pool.acquire(3 * large));
    expect(pool.keptBytes).toBeLessThanOrEqual(7 * large);
    expect(pool.keptBytes).toBe((4 + 3) * large);
  });

  it('forgets what waits when it is cleared, and measures the most that was lent anew', () => {
    const pool = new BufferPool(0);
    const borrowed = Array.from({ length: 8 }, () => pool.acquire(large));
    for (const buffer of borrowed) pool.release(buffer);
    pool.clear();
    expect(pool.keptBytes).toBe(0);
    pool.release(pool.acquire(large));
    pool.acquire(4 * large);
    expect(pool.keptBytes).toBe(0); // 1 more would be above 4.5
  });
});
