import { countBlocks, encoderPlace } from '@crossmodal/layers';

/** Options of {@link layerwiseLearningRate}. */
export interface LayerwiseLearningRateOptions {
  /** Factor from each block to the one below it, above 0 and at most 1; 0.65 to 0.95 is usual. */
  readonly decay: number;
  /** Paths of all parameters, from which the number of blocks of each encoder is read: `model.namedParameters().keys()`. */
  readonly paths: Iterable<string>;
}

/**
 * Lets the learning rate fall from the top of each encoder to its embeddings, for `learningRateOf` of {@link AdamW}: `decay ** (L + 1 - depth)`
 * in an encoder with `L` blocks, where block `i` has depth `i + 1` and the embeddings have depth 0. Poolers, final norms, projections and
 * whatever is no encoder's have factor 1.
 *
 * Howard and Ruder 2018, section 3.1, https://arxiv.org/abs/1801.06146; Clark et al. 2020, appendix A, https://arxiv.org/abs/2003.10555.
 * Factors multiply: a rate of their own for encoders, or for a head, is a product with this one.
 *
 * @param options - decay and paths
 * @returns factor in (0, 1] by path
 * @throws RangeError when the decay is outside its range, or no path is a block's
 *
 * @example
 * const paths = model.namedParameters().keys();
 * const layerwise = layerwiseLearningRate({ decay: 0.9, paths });
 * const learningRateOf = (path: string) => layerwise(path) * (path.startsWith('classifier.') ? 10 : 1);
 */
export function layerwiseLearningRate({ decay, paths }: LayerwiseLearningRateOptions): (path: string) => number {
  if (!(decay > 0 && decay <= 1)) {
    throw new RangeError(`layerwiseLearningRate: decay must be above 0 and at most 1, got ${decay}.`);
  }
  const known = [...paths];
  const blocks = countBlocks(known);
  if (blocks.size === 0) {
    throw new RangeError(
      `layerwiseLearningRate: paths must name blocks of an encoder, such as "encoder.layer.0.output.dense.weight", ` +
        `got ${known.length} other paths.`,
    );
  }
  return (path) => {
    const place = encoderPlace(path);
    const top = place && blocks.get(place.encoder);
    return place === undefined || top === undefined ? 1 : decay ** (top + 1 - place.depth);
  };
}
