import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type AnyImageEncoder, ImageProcessor, VitEncoder } from '@crossmodal/image-encoder';
import { ConfigError } from '../config/ConfigError.js';
import type { TrainConfig } from '../config/TrainConfig.js';
import type { OnRunEvent } from '../run/RunEvent.js';
import type { ModelRecord } from './locateModel.js';

/**
 * How the pictures of a pretrained encoder are prepared: as its folder says, but in the size that the settings want.
 *
 * @param encoder - of that folder, already in that size
 * @throws ConfigError when the folder prepares pictures of another size than its encoder reads
 */
export async function loadImageProcessor(
  { folder, reference }: ModelRecord,
  encoder: AnyImageEncoder,
  { imageSize: wanted }: Pick<TrainConfig, 'imageSize'>,
  onEvent: OnRunEvent,
): Promise<ImageProcessor> {
  const { imageSize } = encoder.config;
  if (!holdsImageProcessor(folder)) {
    const processor =
      encoder instanceof VitEncoder
        ? new ImageProcessor({ imageProcessorType: 'ViTImageProcessor', size: imageSize })
        : new ImageProcessor({ size: imageSize, cropSize: imageSize });
    onEvent({
      type: 'message',
      level: 'warning',
      text: `${reference} holds no preprocessor_config.json; its images are prepared as by ${processor.config.imageProcessorType}, at ${imageSize} pixels`,
    });
    return processor;
  }
  const published = await ImageProcessor.load(folder);
  if (published.size === imageSize) return published;
  if (wanted === undefined) {
    throw new ConfigError(
      `config: imageModel: ${reference} prepares pictures of ${published.size} pixels for an encoder of ${imageSize}. ` +
        `Say which you want with imageSize.`,
    );
  }
  const { size, doCenterCrop } = published.config;
  return new ImageProcessor({
    ...published.config,
    size: 'shortestEdge' in size ? { shortestEdge: imageSize } : { height: imageSize, width: imageSize },
    cropSize: doCenterCrop ? imageSize : undefined,
  });
}

/** Whether a folder says how its pictures are prepared. */
export function holdsImageProcessor(folder: string): boolean {
  return ['preprocessor_config.json', 'processor_config.json'].some((name) => existsSync(join(folder, name)));
}
