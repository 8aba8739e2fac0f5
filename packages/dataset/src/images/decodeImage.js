import sharp, {} from 'sharp';
import { ImageError } from '../errors/ImageError.js';
import { readImageFile } from './imageFile.js';
const MAX_PIXELS = 50_000_000;
/** Seconds after which decoding one picture is given up. */
const TIMEOUT_SECONDS = 30;
/**
 * Decodes an image file to RGB bytes.
 *
 * JPEG, PNG, WebP, GIF (first frame), TIFF (first page) and AVIF, told by their content. EXIF orientation is applied; colour
 * profiles are ignored and transparency is dropped, as Pillow's `convert("RGB")` does; 16-bit values lose their lower
 * byte; greyscale is repeated; CMYK is converted by libvips, which differs a little from Pillow.
 *
 * @throws {@link ImageError} when the file is missing, too large, of another format or damaged
 */
export async function decodeImage(path, options = {}) {
    const { bytes, format } = await readImageFile(path);
    try {
        const { data, info } = await sharp(bytes, sharpOptions(options))
            .timeout({ seconds: TIMEOUT_SECONDS })
            .autoOrient()
            .toColourspace('srgb')
            .removeAlpha()
            .raw({ depth: 'uchar' })
            .toBuffer({ resolveWithObject: true });
        return { data: toRgb(data, info.channels), width: info.width, height: info.height };
    }
    catch (error) {
        throw decodeError(path, format, error);
    }
}
/** Reads only the header of an image. @throws {@link ImageError} as {@link decodeImage} */
export async function inspectImage(path, options = {}) {
    const { bytes, format } = await readImageFile(path);
    try {
        const { autoOrient } = await sharp(bytes, sharpOptions(options)).metadata();
        return { format, width: autoOrient.width, height: autoOrient.height };
    }
    catch (error) {
        throw decodeError(path, format, error);
    }
}
function sharpOptions({ maxPixels = MAX_PIXELS }) {
    return { limitInputPixels: maxPixels, failOn: 'truncated', ignoreIcc: true, pages: 1, sequentialRead: true };
}
/** Greyscale pictures come with one channel. */
function toRgb(data, channels) {
    if (channels === 3)
        return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const rgb = new Uint8Array((data.byteLength / channels) * 3);
    for (let from = 0, to = 0; from < data.byteLength; from += channels, to += 3)
        rgb.fill(data[from] ?? 0, to, to + 3);
    return rgb;
}
function decodeError(path, format, error) {
    const text = error instanceof Error ? error.message.split('\n')[0]?.slice(0, 160) : String(error);
    const reason = /pixel limit/i.test(text ?? '') ? 'too large' : 'unreadable';
    return new ImageError(path, reason, `${format}: ${text ?? 'cannot be decoded'}`, { cause: error });
}
//# sourceMappingURL=decodeImage.js.map