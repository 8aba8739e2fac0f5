import { argMax, cast, equal, oneHot, type Tensor2D } from '@tensorflow/tfjs-core';

/** A wrong id in the first published files, which Python takes as the sign for the rule of that time. */
const legacyId = 2;

/**
 * Marks the token that ends each text: the first with the id of the end, or, where that id is 2, the first with the highest id. A text without an
 * end ends, as in Python, at its first token.
 *
 * @param inputIds - `[B, T]` int32
 * @returns `[B, T]`, 1 at the end and 0 elsewhere; new tensor
 */
export function endOfText(inputIds: Tensor2D, eosTokenId: number): Tensor2D {
  const marks = eosTokenId === legacyId ? inputIds : cast(equal(inputIds, eosTokenId), 'int32');
  // One row per text.
  return oneHot(argMax(marks, 1), inputIds.shape[1]) as Tensor2D;
}
