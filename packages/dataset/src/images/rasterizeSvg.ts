import sharp from 'sharp';

/**
 * Draws an SVG as PNG, at one pixel per unit.
 *
 * For pictures of our own making: pictures of others go through `decodeImage`, which refuses SVG. Text must be paths,
 * because a bare machine has no fonts.
 *
 * @param svg - the markup
 * @returns the bytes of a PNG file
 * @throws `Error` of sharp when it is not SVG
 */
export async function rasterizeSvg(svg: string): Promise<Uint8Array> {
  return new Uint8Array(await sharp(Buffer.from(svg)).png().toBuffer());
}
