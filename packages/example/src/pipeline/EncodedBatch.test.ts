import type { Sample } from '@crossmodal/dataset';
import { BertEncoder, TextTokenizer } from '@crossmodal/text-encoder';
import { setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { batchTensors, collateSamples, type EncodedBatch } from './EncodedBatch.js';

const vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a', 'b'];
const tokenizer = TextTokenizer.fromVocabulary(vocabulary, { modelMaxLength: 14 });

const batchOf = (...lengths: number[]): EncodedBatch =>
  collateSamples(
    lengths.map((length, i) => ({
      sample: { id: String(i), text: '', images: [], label: null, line: 1 } satisfies Sample,
      inputIds: Array.from({ length }, (_, at) => 2 + ((at * 3 + length) % 5)),
      image: undefined,
      label: -1,
    })),
    tokenizer,
    undefined,
  );

beforeAll(() => setBackend('cpu'));

it('pads texts to multiples of four tokens, and no further than the encoder reads', () => {
  expect([1, 4, 5, 12, 13, 14].map((length) => batchOf(1, length).length)).toEqual([4, 4, 8, 12, 14, 14]);
  expect([...batchOf(5, 2).attentionMask]).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0]);
});

it.each(['cpu', 'wasm'])(
  'makes a text the same to an encoder in every bit, whatever its batch mates: %s',
  async (backend) => {
    await setBackend(backend);
    const sizes = { hiddenSize: 12, numAttentionHeads: 3, intermediateSize: 16, numHiddenLayers: 2 };
    const encoder = new BertEncoder(
      { ...sizes, vocabSize: 7, maxPositionEmbeddings: 14, initializerRange: 0.5 },
      { seed: 4 },
    );
    const statesOf = async (...lengths: number[]): Promise<number[]> => {
      const { inputIds, attentionMask } = batchTensors(batchOf(...lengths));
      if (!inputIds) throw new Error('a batch of texts has token ids');
      const states = await encoder.call({ inputIds, attentionMask }).lastHiddenState.data();
      return [...states.slice(0, (lengths[0] ?? 0) * sizes.hiddenSize)];
    };
    for (let length = 1; length <= 14; length += 1) {
      const alone = await statesOf(length);
      for (const mate of [1, 6, 9, 13, 14])
        expect(await statesOf(length, mate), `${length} beside ${mate}`).toEqual(alone);
    }
    encoder.dispose();
  },
);
