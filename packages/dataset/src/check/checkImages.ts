import { forEachConcurrently } from '../concurrency/forEachConcurrently.js';
import { ImageError, type ImageErrorReason } from '../errors/ImageError.js';
import { decodeImage } from '../images/decodeImage.js';
import type { ImageFormat } from '../images/sniffFormat.js';
import { inspectImage } from '../images/inspectImage.js';
import type { DecodeOptions } from '../images/sharpOptions.js';
import type { Sample } from '../reading/Sample.js';
import type { ImageSummary, UnreadableImage } from './DatasetCheck.js';
import { summarize } from './summarize.js';

const DECODED_AT_ONCE = 8;

/** Told how many image files have been looked at. */
export type CheckProgress = (progress: { readonly done: number; readonly total: number }) => void;

interface SeenImage {
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
}

/** Decodes each image file once. */
export async function checkImages(
  samples: readonly Sample[],
  options: DecodeOptions,
  onProgress?: CheckProgress,
): Promise<ImageSummary> {
  const paths = [...new Set(samples.flatMap(({ images }) => images))];
  const seen = await lookAt(paths, options, onProgress);
  const readable = [...seen.values()].filter((image): image is SeenImage => !(image instanceof ImageError));
  const unreadable = samples.flatMap(({ id, line, images }) =>
    images.flatMap((path): UnreadableImage[] => {
      const error = seen.get(path);
      return error instanceof ImageError ? [{ id, line, path, reason: error.reason, message: error.message }] : [];
    }),
  );
  const formats: Partial<Record<ImageFormat, number>> = {};
  for (const { format } of readable) formats[format] = (formats[format] ?? 0) + 1;
  const unreadableByReason: Partial<Record<ImageErrorReason, number>> = {};
  for (const { reason } of unreadable) unreadableByReason[reason] = (unreadableByReason[reason] ?? 0) + 1;
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

async function lookAt(
  paths: readonly string[],
  options: DecodeOptions,
  onProgress: CheckProgress | undefined,
): Promise<Map<string, SeenImage | ImageError>> {
  const seen = new Map<string, SeenImage | ImageError>();
  await forEachConcurrently(paths, DECODED_AT_ONCE, async (path) => {
    seen.set(path, await lookAtOne(path, options));
    onProgress?.({ done: seen.size, total: paths.length });
  });
  return seen;
}

async function lookAtOne(path: string, options: DecodeOptions): Promise<SeenImage | ImageError> {
  try {
    const { format } = await inspectImage(path, options);
    // A header says nothing about the rest of the file.
    const { width, height } = await decodeImage(path, options);
    return { format, width, height };
  } catch (error) {
    if (error instanceof ImageError) return error;
    throw error;
  }
}
