/**
 * Converts CMYK bytes, 255 for full ink, to RGB by the plain formula `(1 - ink) * (1 - black)`.
 *
 * Pillow's `cmyk2rgb` (libImaging/Convert.c, Pillow 13.0.0), rounding included. A colour profile would give other colours.
 *
 * @param cmyk - 4 bytes per pixel
 * @returns 3 bytes per pixel
 */
export function cmykToRgb(cmyk: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((cmyk.length / 4) * 3);
  for (let from = 0, to = 0; from < cmyk.length; from += 4, to += 3) {
    const light = 255 - (cmyk[from + 3] ?? 0);
    for (let c = 0; c < 3; c++) rgb[to + c] = light - multiply(cmyk[from + c] ?? 0, light);
  }
  return rgb;
}

/** The product of two bytes divided by 255, rounded. */
function multiply(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}
