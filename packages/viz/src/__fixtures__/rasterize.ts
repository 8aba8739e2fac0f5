import sharp from 'sharp';

/** What a strict SVG reader makes of a document; throws when it is not well-formed. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly rgb: (x: number, y: number) => readonly number[];
  readonly data: Uint8Array;
}

/** Draws an SVG document with librsvg. */
export async function rasterize(svg: string): Promise<Raster> {
  const { data, info } = await sharp(Buffer.from(svg))
    .flatten({ background: '#ffffff' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const rgb = (x: number, y: number): readonly number[] => {
    const at = (y * width + x) * channels;
    return [...data.subarray(at, at + 3)];
  };
  return { width, height, rgb, data: new Uint8Array(data) };
}
