import { describe, expect, it } from 'vitest';

import { permutation } from './permutation.js';
import { randomStream } from './randomStream.js';

const draws = (count: number, ...keys: Parameters<typeof randomStream>): number[] => {
  const stream = randomStream(...keys);
  return Array.from({ length: count }, () => stream.next());
};

describe('randomStream', () => {
  it('depends on every key and on nothing else', () => {
    const first = draws(5, 1, 'a', 2);
    expect(draws(5, 1, 'a', 2)).toEqual(first);
    const others = [
      draws(5, 2, 'a', 2),
      draws(5, 1, 'b', 2),
      draws(5, 1, 'a', 3),
      draws(5, 1, 2, 'a'),
      draws(5, 1 + 2 ** 33, 'a', 2),
    ];
    for (const other of others) expect(other).not.toEqual(first);
  });

  it('is uniform: mean, variance and sixteen bins', () => {
    const values = draws(64_000, 7, 'uniform');
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.005);
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.002);
    const bins = new Array<number>(16).fill(0);
    for (const value of values) bins[Math.floor(value * 16)]!++;
    const chi = bins.reduce((sum, count) => sum + (count - 4000) ** 2 / 4000, 0);
    expect(chi).toBeLessThan(37.7); // 0.1% of uniform sources exceed it
  });

  it('has streams of neighbouring keys that do not follow one another', () => {
    const a = Array.from({ length: 5000 }, (_, i) => randomStream(1, 'k', i).next());
    const mean = a.reduce((sum, value) => sum + value, 0) / a.length;
    const lag = a.slice(1).reduce((sum, value, i) => sum + (value - mean) * (a[i]! - mean), 0) / a.length;
    expect(Math.abs(lag * 12)).toBeLessThan(0.05);
  });

  it('draws whole numbers below a bound and items of a list, all of them', () => {
    const stream = randomStream(3);
    const seen = new Set(Array.from({ length: 200 }, () => stream.below(5)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4]);
    expect(new Set(Array.from({ length: 100 }, () => stream.pick(['x', 'y'])))).toEqual(new Set(['x', 'y']));
    expect(() => stream.pick([])).toThrow(new RangeError('pick: items must not be empty.'));
  });

  it('draws the same from one version to the next', () => {
    expect(draws(3, 2026, 'kinds', 'train')).toEqual([0.2693269238807261, 0.30726767983287573, 0.7682645888999104]);
  });
});

describe('permutation', () => {
  it('holds every number once', () => {
    expect([...permutation(1000, randomStream(1))].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 1000 }, (_, i) => i),
    );
    expect([...permutation(0, randomStream(1))]).toEqual([]);
  });

  it('gives every order of three alike', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = permutation(3, randomStream(9, i)).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(130);
  });
});
