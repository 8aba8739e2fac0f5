import { createHash } from 'node:crypto';
import { ImageError } from '../errors/ImageError.js';
import { readImageFile } from '../images/imageFile.js';
import type { Sample } from '../reading/Sample.js';

const READ_AT_ONCE = 8;

/** Groups samples of the same text and the same image bytes; only groups of two or more, in the order of the input. */
export async function groupDuplicates(samples: readonly Sample[]): Promise<Sample[][]> {
  const repeated = groupBy(samples, ({ text }) => text).flat();
  const images = await hashImages([...new Set(repeated.flatMap((sample) => sample.images))]);
  return groupBy(repeated, ({ text, images: paths }) =>
    JSON.stringify([text, ...paths.map((path) => images.get(path))]),
  );
}

function groupBy(samples: readonly Sample[], keyOf: (sample: Sample) => string): Sample[][] {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const key = keyOf(sample);
    const group = groups.get(key);
    if (group) group.push(sample);
    else groups.set(key, [sample]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

async function hashImages(paths: readonly string[]): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let path = paths[next++]; path !== undefined; path = paths[next++]) hashes.set(path, await hashImage(path));
  };
  await Promise.all(Array.from({ length: READ_AT_ONCE }, worker));
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
