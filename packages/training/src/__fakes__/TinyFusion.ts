import { Dropout, Embedding, LayerNorm, Linear, Module, PostNormBlock, type CallContext } from '@crossmodal/layers';
import { concat, mean, type Tensor, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';

/** Words and an image vector in, logits out: an encoder block, as the real models have them, and a classifier over both. */
export class TinyFusion extends Module {
  /** How often the words were encoded. */
  encoderCalls = 0;
  readonly #words = this.child('embeddings', new Embedding(50, 16, { seed: 1 }));
  readonly #block = this.child(
    'encoder',
    new PostNormBlock({
      hiddenSize: 16,
      numAttentionHeads: 2,
      intermediateSize: 32,
      layerNormEps: 1e-12,
      hiddenAct: 'gelu',
      hiddenDropout: 0.1,
      attentionDropout: 0.1,
      seed: 2,
    }),
  );
  readonly #image = this.child('image', new Linear(12, 16, { seed: 3 }));
  readonly #norm = this.child('LayerNorm', new LayerNorm(32, 1e-5));
  readonly #dropout = this.child('dropout', new Dropout(0.1, 'dropout'));
  readonly #classifier = this.child('classifier', new Linear(32, 2, { seed: 4 }));

  call(inputIds: Tensor2D, image: Tensor2D, context?: CallContext): Tensor2D {
    return this.run(() => this.fuse(this.encode(inputIds, context), image, context));
  }

  /** `[B, T, 16]` */
  encode(inputIds: Tensor2D, context?: CallContext): Tensor3D {
    this.encoderCalls += 1;
    return this.run(() => this.#block.call(this.#words.call(inputIds) as Tensor3D, context ?? {}).hiddenStates);
  }

  fuse(hiddenStates: Tensor3D, image: Tensor2D, context?: CallContext): Tensor2D {
    return this.run(() => {
      const both = concat([mean<Tensor>(hiddenStates, 1), this.#image.call(image)], 1);
      return this.#classifier.call(this.#dropout.call(this.#norm.call(both), context)) as Tensor2D;
    });
  }

  /** A frozen encoder stays in evaluation mode. */
  override train(mode = true): this {
    super.train(mode);
    const encoder = [this.#words, this.#block].flatMap((part) => [...part.namedParameters().values()]);
    if (encoder.every(({ trainable }) => !trainable)) this.#block.eval();
    return this;
  }
}
