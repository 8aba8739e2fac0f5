import { encodeJpeg } from '@crossmodal/dataset';

/**
 * A JPEG of 96 x 48 pixels as stored, red on the left and blue on the right, whose EXIF asks to turn it by 90 degrees: seen
 * upright it is 48 x 96, red above blue. The EXIF also holds the word `Secretville`.
 */
export async function jpegWithExif(): Promise<Uint8Array> {
  const [width, height] = [96, 48];
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const isLeft = Math.floor(i / 3) % width < width / 2;
    return i % 3 === (isLeft ? 0 : 2) ? 220 : 20;
  });
  const jpeg = await encodeJpeg({ data, width, height }, { quality: 95 });
  const tiff = [
    ...Buffer.from('MM\0*'),
    ...[0, 0, 0, 8], // the directory begins here
    ...[0, 2], // two entries
    ...[0x01, 0x0e, 0, 2, 0, 0, 0, 12, 0, 0, 0, 38], // image description: 12 characters at 38
    ...[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0], // orientation 6
    ...[0, 0, 0, 0],
    ...Buffer.from('Secretville\0'),
  ];
  const body = [...Buffer.from('Exif\0\0'), ...tiff];
  const length = body.length + 2;
  return Uint8Array.from([...jpeg.subarray(0, 2), 0xff, 0xe1, length >> 8, length & 255, ...body, ...jpeg.subarray(2)]);
}
