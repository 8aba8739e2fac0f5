import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeJpeg, generateReviewWorld } from '@crossmodal/dataset';
import { uniformAt } from '@crossmodal/layers';
import { ConfigError } from '../config/ConfigError.js';
import { resolveConfig } from '../config/resolveConfig.js';
import type { TrainConfig } from '../config/TrainConfig.js';
import { buildImageProcessor } from '../pipeline/buildModel.js';
import { ImageStore } from '../pipeline/ImageStore.js';
import { readRows } from '../pipeline/prepareData.js';

/** What is measured on. */
export interface BenchData {
  /** Of a training run on these rows: `crossmodal train`'s own. */
  readonly settings: TrainConfig;
  /** Image files. */
  readonly paths: readonly string[];
  readonly texts: readonly string[];
}

/** More rows than these would be read by each process, for one batch. */
const MOST_ROWS = 256;
const MOST_IMAGES = 64;
/** A small photo. */
const [PHOTO_WIDTH, PHOTO_HEIGHT] = [640, 480];
const PHOTOS = 16;

/**
 * Reads the rows of a file, or generates some.
 *
 * @param file - a CSV or JSONL file as `crossmodal train --data` takes it; default: a small synthetic review world, and JPEG files of 640 x 480
 * @param folder - an empty one, for what is generated
 * @throws DatasetError when the file cannot be used
 * @throws ConfigError when none of its rows can
 */
export async function prepareBenchData(file: string | undefined, folder: string): Promise<BenchData> {
  const { config } = resolveConfig([{ source: 'flag', values: { data: file } }]);
  const settings = { ...config, limit: MOST_ROWS, data: file ?? (await smallWorld(folder)) };
  const images = new ImageStore(buildImageProcessor(settings), settings.onBadImage, 0);
  const { usable, skippedByReason } = await readRows(settings.data, settings, images, () => undefined);
  if (usable.length === 0) {
    const reasons = Object.entries(skippedByReason).map(([reason, count]) => `${count} ${reason}`);
    throw new ConfigError(`bench: ${settings.data} must hold rows that can be used, got none (${reasons.join(', ')}).`);
  }
  const paths = usable.flatMap((sample) => sample.images.slice(0, 1)).slice(0, MOST_IMAGES);
  return {
    settings,
    paths: file === undefined ? await drawPhotos(folder) : paths,
    texts: usable.map(({ text }) => text),
  };
}

async function smallWorld(folder: string): Promise<string> {
  const sizes = { train: MOST_ROWS - 32, validation: 16, test: 16 };
  return (await generateReviewWorld(join(folder, 'world'), { sizes })).csvPath;
}

/** Slow waves and fine noise, which JPEG needs about as many bytes for as for a photo. */
async function drawPhotos(folder: string): Promise<string[]> {
  return Promise.all(
    Array.from({ length: PHOTOS }, async (_, photo) => {
      const data = new Uint8Array(PHOTO_WIDTH * PHOTO_HEIGHT * 3);
      for (let i = 0; i < data.length; i += 1) {
        const [x, y] = [Math.floor(i / 3) % PHOTO_WIDTH, Math.floor(i / 3 / PHOTO_WIDTH)];
        const wave = Math.sin(x / 40 + photo) * Math.cos(y / 30 + (i % 3));
        data[i] = 128 + 90 * wave + 30 * (uniformAt(photo, i) - 0.5);
      }
      const path = join(folder, `photo-${photo}.jpg`);
      await writeFile(path, await encodeJpeg({ data, width: PHOTO_WIDTH, height: PHOTO_HEIGHT }));
      return path;
    }),
  );
}
