import { extname } from 'node:path';
import { startBackend, type BackendName } from '@crossmodal/backends';
import { rasterizeSvg, type Sample } from '@crossmodal/dataset';
import { loadDejaVuFonts, sampleFigure } from '@crossmodal/viz';
import { ConfigError } from '../config/ConfigError.js';
import { drawPictures } from '../report/drawPictures.js';
import { reportSample } from '../report/reportSample.js';
import { storeExplanation } from '../report/storeExplanation.js';
import { batchShapes } from './BatchShapes.js';
import type { BatchSource } from './sampleBatches.js';
import { TokenCache } from './TokenCache.js';
import { explainSamples, type ExplainedSample } from './explainSamples.js';
import { ImageStore } from './ImageStore.js';
import { findCheckpoint, loadCheckpoint } from './loadRun.js';

/** Options of {@link explainOne}. */
export interface ExplainOptions {
  readonly text: string;
  /** Path of the image. Without it the model is told that there is none, which means something only if it was trained so. */
  readonly image?: string;
  /** Where the picture will be written: `.png` or `.svg` decides its kind. Nothing is written here. Default `.png`. */
  readonly output?: string;
  /** Default `auto`. */
  readonly backend?: BackendName | 'auto';
  /** Not used for a single sample; taken so that all commands have the same flags. */
  readonly batchSize?: number;
}

/** What {@link explainOne} found. */
export interface Explanation {
  /** A PNG file's bytes, or an SVG document. */
  readonly picture: Uint8Array | string;
  readonly sample: ExplainedSample;
}

/**
 * Draws what a trained model looked at for one text and image.
 *
 * @param run - run folder or checkpoint folder
 * @throws ConfigError when no model lies there, or `output` ends in neither `.png` nor `.svg`
 * @throws ImageError when the image is missing or unreadable
 */
export async function explainOne(run: string, options: ExplainOptions): Promise<Explanation> {
  const { text, image, output = '.png', backend = 'auto' } = options;
  const kind = extname(`x${output}`).toLowerCase();
  if (kind !== '.png' && kind !== '.svg') {
    throw new ConfigError(`explain: output must end in .png or .svg, got ${JSON.stringify(output.slice(-80))}.`);
  }
  await startBackend(backend);
  const loaded = await loadCheckpoint(findCheckpoint(run));
  try {
    const images = new ImageStore(loaded.processor, image === undefined ? 'blank' : 'error', 0);
    const sizes = { batchSize: 1, maxLength: loaded.maxLength };
    const source: BatchSource = { ...loaded, ...sizes, images, shapes: batchShapes(sizes) };
    const tokens = new TokenCache(loaded.tokenizer, loaded.maxLength);
    const row: Sample = { id: '1', text, images: image === undefined ? [] : [image], label: null, line: 1 };
    const { value: sample } = await explainSamples(loaded, source, tokens, [row]).next();
    if (!sample) throw new Error('explain: the model gave no answer.');
    const pictures = await drawPictures(sample);
    const stored = storeExplanation(sample, pictures, {
      strategy: loaded.model.config.fusionStrategy,
      fileOf: (which) => which,
    });
    const bytesOf = ({ file }: { file: string }): Uint8Array | undefined =>
      pictures[file as keyof typeof pictures]?.bytes;
    const figure = sampleFigure(reportSample(stored, bytesOf), { fonts: await loadDejaVuFonts() });
    return { picture: kind === '.svg' ? figure : await rasterizeSvg(figure), sample };
  } finally {
    loaded.model.dispose();
  }
}
