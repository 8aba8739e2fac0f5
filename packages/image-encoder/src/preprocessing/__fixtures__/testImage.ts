import { type RgbImage } from '../RgbImage.js';

/** Written identically in fixtures/pixels.py: noise, hard edges and slopes by turns of 128 bytes. */
export function testImage(width: number, height: number, seed: number): RgbImage {
  const bytes = width * height * 3;
  const words = new Uint32Array(Math.ceil(bytes / 4));
  for (let i = 0; i < words.length; i += 1) {
    const kind = (Math.imul((i >>> 5) + seed, 0x9e3779b1) >>> 16) % 3;
    if (kind === 0) words[i] = noise(i + seed * 7919);
    if (kind === 1) words[i] = ((i >>> 1) & 1) * 0xffffffff;
    if (kind === 2) words[i] = Math.imul(i & 31, 0x08070605);
  }
  return { data: new Uint8Array(words.buffer, 0, bytes), width, height };
}

function noise(place: number): number {
  let bits = Math.imul(place, 0x9e3779b1);
  bits ^= bits >>> 15;
  bits = Math.imul(bits, 0x85ebca6b);
  return bits ^ (bits >>> 13);
}
