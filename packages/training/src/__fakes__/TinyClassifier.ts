import { Dropout, gelu, LayerNorm, Linear, Module, type CallContext } from '@crossmodal/layers';
import { type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';

/** A classifier with everything that training touches: weights, biases, a norm and dropout. */
export class TinyClassifier extends Module {
  readonly #hidden = this.child('encoder.dense', new Linear(5, 8, { seed: 1 }));
  readonly #norm = this.child('encoder.LayerNorm', new LayerNorm(8, 1e-5));
  readonly #dropout = this.child('dropout', new Dropout(0.25, 'dropout'));
  readonly #output = this.child('classifier', new Linear(8, 3, { seed: 2 }));

  call(x: Tensor, context?: CallContext): Tensor2D {
    return this.run(() => {
      const hidden = this.#norm.call(gelu(this.#hidden.call(x, context)));
      return this.#output.call(this.#dropout.call(hidden, context)) as Tensor2D;
    });
  }
}
