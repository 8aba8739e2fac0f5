import { createHash } from 'node:crypto';
import { forEachConcurrently } from '../concurrency/forEachConcurrently.js';
import { ImageError } from '../errors/ImageError.js';
import { groupBy } from '../grouping/groupBy.js';
import { readImageFile } from '../images/imageFile.js';
import type { Sample } from '../reading/Sample.js';

const READ_AT_ONCE = 8;

/** Groups samples of the same text and the same image bytes; only groups of two or more, in the order of the input. */
export async function groupDuplicates(samples: readonly Sample[]): Promise<Sample[][]> {
  const repeated = repeatedBy(samples, ({ text }) => text).flat();
  const images = await hashImages([...new Set(repeated.flatMap((sample) => sample.images))]);
  return repeatedBy(repeated, ({ text, images: paths }) =>
    JSON.stringify([text, ...paths.map((path) => images.get(path))]),
  );
}

function repeatedBy(samples: readonly Sample[], keyOf: (sample: Sample) => string): Sample[][] {
  return [...groupBy(samples, keyOf).values()].filter((group) => group.length > 1);
}

async function hashImages(paths: readonly string[]): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  await forEachConcurrently(paths, READ_AT_ONCE, async (path) => {
    hashes.set(path, await hashImage(path));
  });
  return hashes;
}

async function hashImage(path: string): Promise<string> {
  try {
    const { bytes } = await readImageFile(path);
    return createHash('sha256').update(bytes).digest('hex');
  } catch (error) {
    if (error instanceof ImageError) return `unreadable ${path}`;
    throw error;
  }
}
