import { dirname, join } from 'node:path';
import { readTruth, type ReviewTruth, type WorldTruth as StoredTruth } from '@crossmodal/dataset';
import type { ImageProcessor } from '@crossmodal/image-encoder';

/** Side of the pictures of the review world, version 1, in pixels. */
const WORLD_IMAGE_SIZE = 48;
/** A patch shows a mark when it holds this share of the mark or, if that is smaller, of itself: some patch always does. */
const SHOWN_SHARE = 0.25;

/** How a model cuts pictures into patches. */
export interface PatchGrid {
  readonly processor: Pick<ImageProcessor, 'geometry' | 'size'>;
  /** Pixels of a patch side, after resizing and cropping. */
  readonly patchSize: number;
}

/** What is known about rows whose truth is on record. Outside of a review world every answer is `undefined`. */
export interface WorldTruth {
  /** What decides the label of a row, in a few words. */
  readonly kindOf: (id: string) => string | undefined;
  /** Whether a patch (row-major) shows the mark that decides; `undefined` without a grid, or where no mark in view decides. */
  readonly isDecisivePatch: (id: string, patch: number) => boolean | undefined;
  /** Share of all patches that show it: how often a blind guess would; `undefined` as `isDecisivePatch`. */
  readonly decisiveShare: (id: string) => number | undefined;
  /** The best that can be reached with text, image or both. */
  readonly ceilings: StoredTruth['ceilings'] | undefined;
}

/**
 * Reads the `truth.json` beside a data file, if one of a review world lies there; another file of that name is left alone.
 *
 * @param dataPath - the data file
 * @param grid - of the model whose attention is asked about; without it no patch is decisive or not
 */
export async function readWorldTruth(dataPath: string, grid?: PatchGrid): Promise<WorldTruth> {
  const truth = await readTruth(join(dirname(dataPath), 'truth.json')).catch(() => undefined);
  const reviews = new Map(truth?.reviews.map((review) => [review.id, review]));
  const decisive = new Map<string, ReadonlySet<number>>();
  const patches = grid ? patchBoxes(grid) : [];
  const decisiveOf = (id: string): ReadonlySet<number> => {
    const known = decisive.get(id) ?? decisivePatches(reviews.get(id), patches);
    decisive.set(id, known);
    return known;
  };
  return {
    kindOf: (id) => reviews.get(id)?.kind,
    isDecisivePatch: (id, patch) => (decisiveOf(id).size === 0 ? undefined : decisiveOf(id).has(patch)),
    decisiveShare: (id) => (decisiveOf(id).size === 0 ? undefined : decisiveOf(id).size / patches.length),
    ceilings: truth?.ceilings,
  };
}

type Box = ReviewTruth['decisiveBoxes'][number];

function decisivePatches(review: ReviewTruth | undefined, patches: readonly Box[]): ReadonlySet<number> {
  const marks = review?.decisiveBoxes ?? [];
  return new Set(patches.flatMap((patch, index) => (marks.some((mark) => shows(patch, mark)) ? [index] : [])));
}

/** The patches in pixels of the original picture, row by row. */
function patchBoxes({ processor, patchSize }: PatchGrid): Box[] {
  const side = Math.floor(processor.size / patchSize);
  const { crop } = processor.geometry(WORLD_IMAGE_SIZE, WORLD_IMAGE_SIZE);
  const [width, height] = [crop.width / side, crop.height / side];
  return Array.from({ length: side * side }, (_, index) => ({
    x: crop.x + (index % side) * width,
    y: crop.y + Math.floor(index / side) * height,
    width,
    height,
  }));
}

function shows(patch: Box, mark: Box): boolean {
  const width = Math.min(patch.x + patch.width, mark.x + mark.width) - Math.max(patch.x, mark.x);
  const height = Math.min(patch.y + patch.height, mark.y + mark.height) - Math.max(patch.y, mark.y);
  const smaller = Math.min(patch.width * patch.height, mark.width * mark.height);
  // Patches of 48 / 7 pixels and the like are not exact.
  return width > 0 && height > 0 && width * height >= SHOWN_SHARE * smaller - 1e-9;
}
