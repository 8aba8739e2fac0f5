import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { narrowToBfloat16, narrowToFloat16, widenBfloat16, widenFloat16 } from './halfPrecision.js';

const everyPattern = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits);
const numRuns = process.env.CROSSMODAL_VERIFY ? 100_000 : 10_000;

/** The value of a half by the definition of IEEE 754. */
function halfValue(bits: number): number {
  const sign = bits >= 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The nearest of all halves, found by trying them; of two equally near ones that with the even bit pattern. */
function nearestHalf(value: number): number {
  if (Math.abs(value) >= 65520) return value > 0 ? 0x7c00 : 0xfc00;
  const start = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  let low = start;
  let high = start + 0x7bff;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (Math.abs(halfValue(middle)) <= Math.abs(value)) low = middle;
    else high = middle;
  }
  const [below, above] = [low, high].map((bits) => Math.abs(Math.abs(halfValue(bits)) - Math.abs(value))) as [
    number,
    number,
  ];
  if (below !== above) return below < above ? low : high;
  return low % 2 === 0 ? low : high;
}

describe('half precision', () => {
  it('widens every one of the 65,536 halves to its value', () => {
    expect(widenFloat16(everyPattern)).toEqual(Float32Array.from(everyPattern, halfValue));
  });

  it('brings every half back bit for bit: subnormals, negative zero and NaN payloads', () => {
    expect(narrowToFloat16(widenFloat16(everyPattern))).toEqual(everyPattern);
  });

  it('brings every bfloat16 back bit for bit', () => {
    expect(narrowToBfloat16(widenBfloat16(everyPattern))).toEqual(everyPattern);
  });

  it('narrows any single to the nearest half, ties to even', () => {
    const nearHalves = fc.integer({ min: 0x33000000, max: 0x47800000 }).map(floatOf);
    fc.assert(
      fc.property(fc.oneof(fc.float({ noNaN: true }), nearHalves), (value) => {
        expect(narrowToFloat16(Float32Array.of(value))[0]).toBe(nearestHalf(value));
      }),
      { seed: 20261, numRuns },
    );
  });

  it('narrows halfway cases to the even neighbour', () => {
    for (const bits of [0, 1, 2, 0x3ff, 0x400, 0x3c00, 0x3c01, 0x7bfe]) {
      const halfway = (halfValue(bits) + halfValue(bits + 1)) / 2;
      const even = bits % 2 === 0 ? bits : bits + 1;
      expect(narrowToFloat16(Float32Array.of(halfway, -halfway))).toEqual(Uint16Array.of(even, even + 0x8000));
    }
    expect(narrowToBfloat16(Float32Array.from([0x3f808000, 0x3f818000], floatOf))).toEqual(
      Uint16Array.of(0x3f80, 0x3f82),
    );
  });

  it('takes what is too large to infinity and keeps NaN a NaN', () => {
    expect(narrowToFloat16(Float32Array.of(65519.99, 65520, -1e30))).toEqual(Uint16Array.of(0x7bff, 0x7c00, 0xfc00));
    expect(narrowToBfloat16(Float32Array.of(3.4028e38, Infinity))).toEqual(Uint16Array.of(0x7f80, 0x7f80));
    // Payloads that lie in the lost bits alone.
    const quietest = new Float32Array(Uint32Array.of(0x7f800001, 0xff800001).buffer);
    expect(narrowToFloat16(quietest)).toEqual(Uint16Array.of(0x7e00, 0xfe00));
    expect(narrowToBfloat16(quietest)).toEqual(Uint16Array.of(0x7fc0, 0xffc0));
  });
});

function floatOf(bits: number): number {
  return new Float32Array(Uint32Array.of(bits).buffer)[0] ?? NaN;
}
