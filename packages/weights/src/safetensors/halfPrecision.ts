/**
 * Widens IEEE 754 half precision to single precision; exact for every bit pattern, NaN payloads included.
 *
 * @param halves - the bits of the values
 */
export function widenFloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i += 1) bits[i] = widenHalf(halves[i] ?? 0);
  return new Float32Array(bits.buffer);
}

/**
 * Widens bfloat16, the upper half of single precision; exact for every bit pattern.
 *
 * @param halves - the bits of the values
 */
export function widenBfloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i += 1) bits[i] = (halves[i] ?? 0) << 16;
  return new Float32Array(bits.buffer);
}

/**
 * Narrows to IEEE 754 half precision, to the nearest value, ties to even; beyond 65,520 to infinity.
 *
 * @param values - float32
 * @returns the bits of the values
 */
export function narrowToFloat16(values: Float32Array): Uint16Array {
  return Uint16Array.from(bitsOf(values), narrowToHalf);
}

/**
 * Narrows to bfloat16, to the nearest value, ties to even.
 *
 * @param values - float32
 * @returns the bits of the values
 */
export function narrowToBfloat16(values: Float32Array): Uint16Array {
  return Uint16Array.from(bitsOf(values), (bits) => {
    const isNan = (bits & 0x7fffffff) > 0x7f800000;
    // Rounding could carry a NaN into infinity; a payload that lies in the lower half alone would vanish.
    return isNan ? (bits >>> 16) | ((bits & 0x7f0000) === 0 ? 0x40 : 0) : roundShift(bits, 16);
  });
}

function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

function widenHalf(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent !== 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // A subnormal half is a normal single: shift its leading one up to the hidden bit.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}

function narrowToHalf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7c00 | ((magnitude >>> 13) & 0x3ff || 0x200);
  // 65,520 and above round to infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) return sign | roundShift(magnitude - 0x38000000, 13);
  const shift = 126 - (magnitude >>> 23);
  // Below half of the smallest subnormal everything is zero.
  if (shift > 24) return sign;
  return sign | roundShift((magnitude & 0x7fffff) | 0x800000, shift);
}

/** `bits / 2^shift` to the nearest integer, ties to even. */
function roundShift(bits: number, shift: number): number {
  const quotient = bits >>> shift;
  const rest = bits - quotient * 2 ** shift;
  const half = 2 ** (shift - 1);
  return quotient + (rest > half || (rest === half && quotient % 2 === 1) ? 1 : 0);
}
