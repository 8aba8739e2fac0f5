import { ImageError } from '../errors/ImageError.js';
import { decodeImage, inspectImage } from '../images/decodeImage.js';
import { summarize } from './summarize.js';
const DECODED_AT_ONCE = 8;
/** Decodes each image file once. */
export async function checkImages(samples, options, onProgress) {
    const paths = [...new Set(samples.flatMap(({ images }) => images))];
    const seen = await lookAt(paths, options, onProgress);
    const readable = [...seen.values()].filter((image) => !(image instanceof ImageError));
    const unreadable = samples.flatMap(({ id, line, images }) => images.flatMap((path) => {
        const error = seen.get(path);
        return error instanceof ImageError ? [{ id, line, path, reason: error.reason, message: error.message }] : [];
    }));
    const formats = {};
    for (const { format } of readable)
        formats[format] = (formats[format] ?? 0) + 1;
    const unreadableByReason = {};
    for (const { reason } of unreadable)
        unreadableByReason[reason] = (unreadableByReason[reason] ?? 0) + 1;
    const width = summarize(readable.map((image) => image.width));
    const height = summarize(readable.map((image) => image.height));
    return {
        rowsWithout: samples.filter(({ images }) => images.length === 0).length,
        files: paths.length,
        formats,
        ...(width ? { width } : {}),
        ...(height ? { height } : {}),
        unreadable,
        unreadableByReason,
    };
}
async function lookAt(paths, options, onProgress) {
    const seen = new Map();
    let next = 0;
    const worker = async () => {
        for (let path = paths[next++]; path !== undefined; path = paths[next++]) {
            seen.set(path, await lookAtOne(path, options));
            onProgress?.({ done: seen.size, total: paths.length });
        }
    };
    await Promise.all(Array.from({ length: DECODED_AT_ONCE }, worker));
    return seen;
}
async function lookAtOne(path, options) {
    try {
        const { format } = await inspectImage(path, options);
        // A header says nothing about the rest of the file.
        const { width, height } = await decodeImage(path, options);
        return { format, width, height };
    }
    catch (error) {
        if (error instanceof ImageError)
            return error;
        throw error;
    }
}
//# sourceMappingURL=checkImages.js.map