/** The measurement of this library; run.mjs bundles and starts it. */
import { decodeImage } from '@crossmodal/dataset';
import { ImageProcessor } from '@crossmodal/image-encoder';
import sharp from 'sharp';
import { answerTasks } from '../lib/answerTasks.mjs';

const processor = new ImageProcessor();
// One thread for each picture, as in Pillow; how many pictures are decoded at once is UV_THREADPOOL_SIZE.
sharp.concurrency(1);
sharp.cache(false);

await answerTasks(async (task) => ({ milliseconds: await measure(task) }));

/** Milliseconds for each picture. */
async function measure({ files, workers, width, height, repeats }) {
  if (files) {
    const start = performance.now();
    const left = files.values();
    await Promise.all(
      Array.from({ length: 4 * workers }, async () => {
        for (const file of left) processor.preprocess(await decodeImage(file));
      }),
    );
    return (performance.now() - start) / files.length;
  }
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i += 1) data[i] = Math.imul(i, 2_654_435_761) >>> 24;
  const start = performance.now();
  for (let i = 0; i < repeats; i += 1) processor.preprocess({ data, width, height });
  return (performance.now() - start) / repeats;
}
