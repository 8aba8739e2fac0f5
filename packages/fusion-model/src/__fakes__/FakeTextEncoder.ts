import {
  type CallContext,
  deriveSeed,
  Dropout,
  embeddingLookup,
  Linear,
  Module,
  normalInitializer,
  readParameters,
} from '@crossmodal/layers';
import { reshape, slice, tanh, type Tensor, type Tensor2D, type Tensor3D, type Variable } from '@tensorflow/tfjs-core';
import type { TextEncoder, TextEncoderInputs, TextEncoderOutput } from '../encoders/TextEncoder.js';

/** A table of token vectors; the pooled vector is a tanh layer on the first token. */
export class FakeTextEncoder extends Module implements TextEncoder {
  readonly hiddenSize: number;
  /** How often it was run. */
  calls = 0;
  private readonly table: Variable;
  private readonly pooler: Linear;
  private readonly dropout: Dropout;

  constructor({ vocabularySize = 11, hiddenSize = 6, dropout = 0, seed = 1 } = {}) {
    super();
    this.hiddenSize = hiddenSize;
    this.table = this.parameter('table', normalInitializer(0.5)([vocabularySize, hiddenSize], seed));
    const initializer = normalInitializer(0.5);
    this.pooler = this.child(
      'pooler',
      new Linear(hiddenSize, hiddenSize, { initializer, seed: deriveSeed(seed, 'p') }),
    );
    this.dropout = this.child('dropout', new Dropout(dropout, 'embeddings'));
  }

  call({ inputIds }: TextEncoderInputs, context?: CallContext): TextEncoderOutput {
    this.calls += 1;
    return this.run(() => {
      // The table has rank 2, and each op below keeps or gives the rank that is claimed.
      const looked = embeddingLookup(this.table as Tensor as Tensor2D, inputIds);
      const lastHiddenState = this.dropout.call(looked, context) as Tensor3D;
      const [batch] = inputIds.shape;
      const first = reshape(slice(lastHiddenState, [0, 0, 0], [batch, 1, -1]), [batch, this.hiddenSize]);
      return { lastHiddenState, poolerOutput: tanh(this.pooler.call(first)) as Tensor2D };
    });
  }

  async files(): Promise<Map<string, Uint8Array | string>> {
    return filesOf(this);
  }
}

/** All parameters as one JSON file, which {@link assignFiles} reads. */
export async function filesOf(module: Module): Promise<Map<string, Uint8Array | string>> {
  const parameters = [...(await readParameters(module))].map(([path, { shape, data }]) => [
    path,
    { shape, data: [...data] },
  ]);
  return new Map([['weights.json', JSON.stringify(Object.fromEntries(parameters))]]);
}
