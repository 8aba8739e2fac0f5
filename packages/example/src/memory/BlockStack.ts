import type { ImageEncoder, TextEncoder } from '@crossmodal/fusion-model';
import { EncoderBlock } from '@crossmodal/layers';

/** The blocks of one encoder and what goes through them: all that the size of their activations depends on. */
export interface BlockStack {
  /** How many there are. */
  readonly blocks: number;
  /** Positions of a row: tokens, or patches and a class token. */
  readonly positions: number;
  /** Width of the stream. */
  readonly hiddenSize: number;
  /** Width inside the feed-forward part. */
  readonly intermediateSize: number;
  readonly numAttentionHeads: number;
  /** Whether values are dropped, which keeps more. */
  readonly hasDropout: boolean;
  /** Whether little is kept between forward and backward pass. */
  readonly gradientCheckpointing: boolean;
}

/**
 * Reads the sizes of an encoder off its configuration.
 *
 * @param encoder - of `@crossmodal/text-encoder` or `@crossmodal/image-encoder`
 * @param positions - of a row
 * @returns `undefined` for an encoder of another kind, whose sizes nobody knows
 */
export function blockStackOf(encoder: TextEncoder | ImageEncoder, positions: number): BlockStack | undefined {
  const blocks = [...encoder.namedModules().values()].filter((part) => part instanceof EncoderBlock);
  const config = 'config' in encoder ? (encoder.config as Readonly<Record<string, unknown>>) : {};
  const { hiddenSize, intermediateSize, numAttentionHeads } = config;
  const isKnown = [hiddenSize, intermediateSize, numAttentionHeads].every((size) => typeof size === 'number');
  if (!isKnown || blocks.length === 0) return undefined;
  const rates = [config.hiddenDropoutProb, config.attentionProbsDropoutProb, config.attentionDropout];
  return {
    blocks: blocks.length,
    positions,
    hiddenSize: Number(hiddenSize),
    intermediateSize: Number(intermediateSize),
    numAttentionHeads: Number(numAttentionHeads),
    hasDropout: rates.some((rate) => typeof rate === 'number' && rate > 0),
    gradientCheckpointing: blocks.some((block) => block.gradientCheckpointing),
  };
}
