import { deriveSeed, type Module, normalInitializer } from '@crossmodal/layers';
import { concat, dispose, type Tensor, tidy, slice, zeros } from '@tensorflow/tfjs-core';

/** What the first values depend on. */
export interface FirstBertValues {
  /** Standard deviation of every matrix. */
  readonly initializerRange: number;
  /** The row that is zero ... */
  readonly padTokenId: number;
  /** ... in these tables. */
  readonly paddedTables: RegExp;
}

/**
 * Gives an encoder the first values that BERT starts training with: matrices normal with standard deviation `initializerRange`, the embedding of
 * the padding token zero. Biases stay 0, norms stay as they are.
 *
 * Appendix A.2 of Devlin et al. 2018, https://arxiv.org/abs/1810.04805, as in transformers 5.24, `BertPreTrainedModel._init_weights`; there the
 * distribution is the same, the numbers are others.
 *
 * @param module - the encoder, with Hugging Face's parameter paths
 * @param values - what they depend on
 * @param seed - equal seeds give equal values; each parameter has its own stream
 */
export function initializeBert(
  module: Module,
  { initializerRange, padTokenId, paddedTables }: FirstBertValues,
  seed: number,
): void {
  const initializer = normalInitializer(initializerRange);
  for (const [path, parameter] of module.namedParameters()) {
    if (parameter.rank !== 2) continue;
    const values = initializer(parameter.shape, deriveSeed(seed, path));
    const first = path.search(paddedTables) >= 0 ? withZeroRow(values, padTokenId) : values;
    parameter.assign(first);
    dispose([values, first]);
  }
}

function withZeroRow(table: Tensor, row: number): Tensor {
  const [entries = 0, width = 0] = table.shape;
  return tidy(() =>
    concat(
      [slice(table, [0, 0], [row, width]), zeros([1, width]), slice(table, [row + 1, 0], [entries - row - 1, width])],
      0,
    ),
  );
}
