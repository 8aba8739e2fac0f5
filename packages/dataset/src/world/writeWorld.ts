import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeJpeg } from '../images/encodeJpeg.js';
import { composeReview, type ComposedReview } from './composeReview.js';
import { addToWorldHash, reviewId } from './addToWorldHash.js';
import { WORLD_IMAGE_SIZE } from './drawReviewImage.js';
import { planReviews, type WorldSizes } from './planReviews.js';
import { worldCeilings } from './worldCeilings.js';
import type { ReviewTruth, WorldTruth } from './WorldTruth.js';

/** A change to the world is a new version. */
export const WORLD_VERSION = 1;
const ENCODED_AT_ONCE = 64;
/** High, so that the marks survive. */
const JPEG_QUALITY = 95;

/** What makes a world what it is. */
export interface WorldRecipe {
  readonly seed: number;
  readonly sizes: WorldSizes;
}

/** Writes a world into a folder: pictures first, `truth.json` last. */
export async function writeWorld(
  folder: string,
  { seed, sizes }: WorldRecipe,
  onProgress?: (progress: { readonly done: number; readonly total: number }) => void,
): Promise<WorldTruth> {
  await mkdir(join(folder, 'images'), { recursive: true });
  const plan = planReviews(seed, sizes);
  const hash = createHash('sha256');
  const picturesHash = createHash('sha256');
  const lines = ['id,text,image_path,label,split'];
  const reviews: ReviewTruth[] = [];
  for (let start = 0; start < plan.length; start += ENCODED_AT_ONCE) {
    const composed = plan.slice(start, start + ENCODED_AT_ONCE).map((planned) => composeReview(seed, planned));
    for (const review of composed) {
      const id = reviewId(review);
      addToWorldHash(hash, review);
      lines.push(`${id},${review.text},images/${id}.jpg,${review.label},${review.split}`);
      reviews.push(truthOf(review));
    }
    for (const bytes of await Promise.all(composed.map((review) => writePicture(folder, review)))) {
      picturesHash.update(bytes);
    }
    onProgress?.({ done: Math.min(plan.length, start + ENCODED_AT_ONCE), total: plan.length });
  }
  const csv = `${lines.join('\n')}\n`;
  await writeFile(join(folder, 'reviews.csv'), csv);
  const truth = {
    version: WORLD_VERSION,
    seed,
    sizes,
    hash: hash.digest('hex'),
    filesHash: worldFilesHash(csv, picturesHash.digest('hex')),
    ceilings: worldCeilings(),
    reviews,
  };
  await writeFile(join(folder, 'truth.json'), `${JSON.stringify(truth)}\n`);
  return truth;
}

/** One hash for everything that a reader of the world opens. */
export function worldFilesHash(csv: string, picturesHash: string): string {
  return createHash('sha256').update(picturesHash).update(csv).digest('hex');
}

function truthOf(review: ComposedReview): ReviewTruth {
  const { kind, part, damaged, decisiveBoxes, isFlipped } = review;
  return { id: reviewId(review), kind, ...(part ? { part } : {}), damaged, decisiveBoxes, isFlipped };
}

async function writePicture(folder: string, review: ComposedReview): Promise<Uint8Array> {
  const picture = { data: review.image.data, width: WORLD_IMAGE_SIZE, height: WORLD_IMAGE_SIZE };
  const bytes = await encodeJpeg(picture, { quality: JPEG_QUALITY });
  await writeFile(join(folder, 'images', `${reviewId(review)}.jpg`), bytes);
  return bytes;
}
