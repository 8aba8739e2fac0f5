import { type CallContext, deriveSeed, Dropout, gelu, Linear, Module, normalInitializer } from '@crossmodal/layers';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { MultimodalSentimentConfig } from '../config/MultimodalSentimentConfig.js';

/** A classifier with one hidden layer: `output(dropout(gelu(dense(x))))`, GELU in its exact form. */
export class MlpClassifier extends Module {
  private readonly dense: Linear;
  private readonly dropout: Dropout;
  private readonly output: Linear;

  /**
   * @param inputSize - number of features
   * @param hiddenSize - width of the hidden layer
   * @param config - number of labels, dropout and initial weights
   * @param seed - seed of the initial weights
   */
  constructor(inputSize: number, hiddenSize: number, config: MultimodalSentimentConfig, seed: number) {
    super();
    const initializer = normalInitializer(config.initializerRange);
    this.dense = this.child(
      'dense',
      new Linear(inputSize, hiddenSize, { initializer, seed: deriveSeed(seed, 'dense') }),
    );
    this.dropout = this.child('dropout', new Dropout(config.hiddenDropoutProb, 'classifier.dropout'));
    this.output = this.child(
      'output',
      new Linear(hiddenSize, config.numLabels, { initializer, seed: deriveSeed(seed, 'output') }),
    );
  }

  /**
   * @param x - `[B, F]` float32
   * @returns `[B, C]` float32; new tensor, the caller disposes it
   */
  call(x: Tensor, context?: CallContext): Tensor {
    return this.run(() => this.output.call(this.dropout.call(gelu(this.dense.call(x)), context)));
  }
}
