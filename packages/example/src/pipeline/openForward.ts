import type { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { CapturedFunction } from '@crossmodal/training';

/** To make a graph of BERT-base takes as much longer than an ordinary call as four calls of the graph save. */
const CALLS_BEFORE_A_GRAPH = 3;

/**
 * Answers of a model whose weights stay as they are: shapes that come often are computed as one graph where the backend can.
 *
 * @returns for `predictSamples`; the caller disposes it, before the model
 */
export function openForward(model: MultimodalSentimentModel): CapturedFunction {
  return new CapturedFunction(model.namedParameters(), { captureAfter: CALLS_BEFORE_A_GRAPH });
}
