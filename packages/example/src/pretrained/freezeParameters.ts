import type { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { ConfigError } from '../config/ConfigError.js';
import type { TrainConfig } from '../config/TrainConfig.js';

/** Short names of what is often not trained. */
const PARTS: Readonly<Record<string, string>> = {
  encoders: String.raw`^(textEncoder|imageEncoder)\.`,
  text: String.raw`^textEncoder\.`,
  image: String.raw`^imageEncoder\.`,
  embeddings: String.raw`^(textEncoder|imageEncoder)\.(.+\.)?embeddings\.`,
};

/** The number of a block in the path of a parameter: BERT's `encoder.layer.3.`, CLIP's `encoder.layers.3.`. */
const BLOCK = /^(textEncoder|imageEncoder)\.(?:.+\.)?layers?\.(\d+)\./;
/** What stands between the blocks and the input; the rest of an encoder stands above them. */
const BELOW_BLOCKS = /^(textEncoder|imageEncoder)\.(?:.+\.)?(embeddings|pre_layrnorm)\./;

/**
 * Excludes from training what the settings say.
 *
 * @throws ConfigError when a pattern matches no parameter
 */
export function freezeParameters(
  model: MultimodalSentimentModel,
  {
    freeze,
    trainLastBlocks,
    textModel,
    imageModel,
  }: Pick<TrainConfig, 'freeze' | 'trainLastBlocks' | 'textModel' | 'imageModel'>,
): void {
  const paths = [...model.namedParameters().keys()];
  for (const pattern of freeze) {
    const expression = new RegExp(PARTS[pattern] ?? pattern);
    if (!paths.some((path) => expression.test(path))) {
      throw new ConfigError(
        `config: freeze: "${pattern}" matches none of the ${paths.length} parameters, e.g. ${paths.slice(0, 3).join(', ')}.`,
      );
    }
    model.freeze(expression);
  }
  if (trainLastBlocks === undefined) return;
  const pretrained = new Set([...(textModel ? ['textEncoder'] : []), ...(imageModel ? ['imageEncoder'] : [])]);
  const counts = countBlocks(paths);
  for (const path of paths) {
    const [, encoder = '', number] = BLOCK.exec(path) ?? BELOW_BLOCKS.exec(path) ?? [];
    if (!pretrained.has(encoder)) continue;
    const isBelow = BELOW_BLOCKS.test(path) || Number(number) < (counts.get(encoder) ?? 0) - trainLastBlocks;
    if (isBelow) model.freeze(new RegExp(`^${path.replaceAll('.', String.raw`\.`)}$`));
  }
}

/** Blocks per encoder. */
export function countBlocks(paths: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const [, encoder, number] = BLOCK.exec(path) ?? [];
    if (encoder !== undefined) counts.set(encoder, Math.max(counts.get(encoder) ?? 0, Number(number) + 1));
  }
  return counts;
}

/**
 * How many blocks a parameter of an encoder lies below the top: 0 for what stands above all of them and for what is no encoder's, the number of blocks
 * plus 1 for the embeddings.
 */
export function depthBelowTop(path: string, counts: ReadonlyMap<string, number>): number {
  const [, encoder = '', number] = BLOCK.exec(path) ?? [];
  if (number !== undefined) return (counts.get(encoder) ?? 0) - Number(number);
  const [, lower = ''] = BELOW_BLOCKS.exec(path) ?? [];
  return lower === '' ? 0 : (counts.get(lower) ?? 0) + 1;
}
