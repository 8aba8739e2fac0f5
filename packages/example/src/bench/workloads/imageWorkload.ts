import { ImageProcessor } from '@crossmodal/image-encoder';
import { ImageStore } from '../../pipeline/ImageStore.js';
import type { ImageWork } from '../BenchWork.js';
import { repeat, type Workload } from './Workload.js';

/** Reads, decodes, resizes, crops and normalises image files as training does, all of them at once; nothing is kept. */
export function imageWorkload({ paths, imageSize }: ImageWork): Workload {
  const processor = new ImageProcessor({ size: imageSize, cropSize: imageSize });
  const store = new ImageStore(processor, 'error', 0);
  const target = new Float32Array(imageSize * imageSize * 3);
  const readAll = (): Promise<unknown> =>
    Promise.all(
      paths.map(async (path) => {
        const { pixels } = await store.load({ images: [path] });
        processor.normalize(pixels, target);
      }),
    );
  return {
    ready: {
      device: 'CPU',
      work: `${paths.length} files to ${imageSize} x ${imageSize} pixels`,
      rates: { 'images/s': paths.length },
    },
    measure: (atLeastMs) => repeat(readAll, atLeastMs),
  };
}
