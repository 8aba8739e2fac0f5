import { createWriteStream, mkdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { generateReviewWorld } from '@crossmodal/dataset';
import { uniformAt } from '@crossmodal/layers';

/** Few, so that reading images is not what is measured. */
const imageCount = 64;
const words = Array.from({ length: 600 }, (_, i) => `w${i.toString(36)}`);

/**
 * Writes rows that a model can learn, the same for the same number: texts of 5 to 60 words, all different, and shared images.
 *
 * @param {string} folder - created
 * @param {number} count - rows
 * @returns {Promise<string>} path of the CSV file: id, text, image_path, label and split (8 : 1 : 1)
 */
export async function writeRows(folder, count) {
  mkdirSync(folder, { recursive: true });
  const world = join(folder, 'world');
  await generateReviewWorld(world, { sizes: { train: imageCount, validation: 8, test: 8 } });
  const images = (await readdir(join(world, 'images'))).sort().slice(0, imageCount);
  const path = join(folder, `${count}.csv`);
  await pipeline(Readable.from(lines(count, images)), createWriteStream(path));
  return path;
}

function* lines(count, images) {
  yield 'id,text,image_path,label,split\n';
  for (let row = 0; row < count; row += 1) {
    const length = 5 + Math.floor(56 * uniformAt(1, row));
    const label = uniformAt(2, row) < 0.5 ? 'bad' : 'good';
    const text = [label, row, ...Array.from({ length }, (_, i) => words[Math.floor(600 * uniformAt(3 + row, i))])];
    const split = ['test', 'validation'][row % 10] ?? 'train';
    yield `${row},${text.join(' ')},world/images/${images[row % images.length]},${label},${split}\n`;
  }
}
