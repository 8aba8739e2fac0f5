import { type RgbImage } from '../RgbImage.js';

/** Written identically in fixtures/generate.py: hard edges, noise and a slope by turns. */
export function testImage(width: number, height: number, seed: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  let place = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      for (let channel = 0; channel < 3; channel += 1) {
        const pattern = (Math.floor(x / 16) + Math.floor(y / 16) + seed) % 3;
        if (pattern === 0) data[place] = noise(x, y, channel, seed);
        if (pattern === 1) data[place] = ((Math.floor(x / 5) + Math.floor(y / 3) + channel) % 2) * 255;
        if (pattern === 2) data[place] = (x * 3 + y * 2 + channel * 40 + seed) % 256;
        place += 1;
      }
    }
  }
  return { data, width, height };
}

function noise(x: number, y: number, channel: number, seed: number): number {
  let bits =
    Math.imul(x, 73856093) + Math.imul(y, 19349663) + Math.imul(channel, 83492791) + Math.imul(seed, 2654435761);
  bits ^= bits >>> 15;
  bits = Math.imul(bits, 2246822519);
  return ((bits ^ (bits >>> 13)) >>> 0) % 256;
}
