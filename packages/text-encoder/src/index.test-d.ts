import { type ActivationName, type Module } from '@crossmodal/layers';
import { type CheckpointFolder } from '@crossmodal/weights';
import { type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import { describe, expectTypeOf, it } from 'vitest';
import {
  type BatchEncoding,
  type BertConfig,
  BertEncoder,
  buildVocabulary,
  type Encoding,
  type LoadTextOptions,
  TextTokenizer,
} from './index.js';

declare const folder: CheckpointFolder;
declare const inputIds: Tensor2D;
declare const states: Tensor3D;

describe('types of the public API', () => {
  it('infers what calls give back', () => {
    expectTypeOf(new BertEncoder({ hiddenSize: 64 }).call({ inputIds }).lastHiddenState).toEqualTypeOf<Tensor3D>();
    expectTypeOf(new BertEncoder().call({ inputIds }).poolerOutput).toEqualTypeOf<Tensor2D>();
    expectTypeOf<BertEncoder>().toExtend<Module>();
    expectTypeOf<Parameters<(typeof BertEncoder)['load']>>().toEqualTypeOf<
      [folder: string | URL | CheckpointFolder, options?: LoadTextOptions | undefined]
    >();
    expectTypeOf(TextTokenizer.load(folder)).toEqualTypeOf<Promise<TextTokenizer>>();
    expectTypeOf(TextTokenizer.fromVocabulary(buildVocabulary(['a'])).encode('a')).toEqualTypeOf<Encoding>();
    expectTypeOf<Encoding['overflowing']>().toEqualTypeOf<readonly Encoding[]>();
    expectTypeOf<TextTokenizer['maskTokenId']>().toEqualTypeOf<number | undefined>();
    expectTypeOf<Encoding['inputIds']>().toEqualTypeOf<readonly number[]>();
    expectTypeOf<BatchEncoding['shape']>().toEqualTypeOf<[number, number]>();
    expectTypeOf<BertConfig['hiddenAct']>().toEqualTypeOf<ActivationName>();
  });

  it('refuses wrong calls', () => {
    const tokenizer = TextTokenizer.fromVocabulary([]);
    // @ts-expect-error ids are a matrix
    new BertEncoder().call({ inputIds: states });
    // @ts-expect-error the name is Hugging Face's in camelCase
    new BertEncoder({ hidden_size: 8 });
    // @ts-expect-error a strategy of this list
    tokenizer.encode('a', { truncation: 'longest' });
    // @ts-expect-error a side of these two
    tokenizer.encodeBatch(['a'], { paddingSide: 'both' });
    // @ts-expect-error Python's name for a fixed length; here it is a number
    tokenizer.encodeBatch(['a'], { padding: 'max_length' });
  });
});
