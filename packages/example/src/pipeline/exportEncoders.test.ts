import { expectTensorsClose } from '@crossmodal/testing';
import { ClipVisionEncoder, VitEncoder } from '@crossmodal/image-encoder';
import { exportOnnx } from '@crossmodal/onnx-export';
import { BertEncoder, ClipTextEncoder, DistilBertEncoder, RobertaEncoder } from '@crossmodal/text-encoder';
import '@tensorflow/tfjs-backend-cpu';
import {
  randomNormal,
  type Rank,
  setBackend,
  type Tensor,
  tensor2d,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';

const sizes = { hiddenSize: 12, numHiddenLayers: 2, numAttentionHeads: 3, intermediateSize: 20 };
const textSizes = { ...sizes, vocabSize: 30, maxPositionEmbeddings: 20 };
const pictures = { ...sizes, imageSize: 16, patchSize: 4 };

async function expectSame(
  ours: Readonly<Record<string, Tensor | undefined>>,
  bytes: Uint8Array,
  feeds: Readonly<Record<string, OrtTensor>>,
): Promise<void> {
  const session = await InferenceSession.create(bytes);
  const found = await session.run(feeds);
  for (const [name, expected] of Object.entries(ours)) {
    if (!expected) continue;
    const { data, dims } = found[name]!;
    await expectTensorsClose(expected, { shape: dims, values: data as Float32Array }, 1e-5);
  }
  expect(Object.keys(found).length).toBeGreaterThan(0);
  await session.release();
}

describe('an encoder alone answers in ONNX Runtime as it does here:', () => {
  beforeAll(() => setBackend('cpu'));

  it.each([
    ['BERT', new BertEncoder(textSizes, { seed: 1 })],
    ['DistilBERT', new DistilBertEncoder(textSizes, { seed: 1, pooling: 'mean' })],
    ['RoBERTa', new RobertaEncoder(textSizes, { seed: 1 })],
    ["CLIP's text tower", new ClipTextEncoder({ ...textSizes, bosTokenId: 28, eosTokenId: 29 } as object, { seed: 1 })],
  ])('%s, whatever the length', async (_, encoder) => {
    const open = { dtype: 'int32', shape: ['batch', 'length'] } as const;
    const bytes = await exportOnnx({
      inputs: { inputIds: open, attentionMask: open },
      call: ({ inputIds, attentionMask }) => ({
        ...encoder.call({ inputIds: inputIds as Tensor2D, attentionMask: attentionMask as Tensor2D }),
      }),
      parameters: encoder.namedParameters(),
    });
    for (const rows of [
      [
        [3, 7, 29, 2],
        [4, 29, 0, 0],
        [5, 6, 29, 0],
      ],
      [[3, 7, 9, 2, 11, 12, 13, 5, 29]],
    ]) {
      const mask = rows.map((row) => row.map((id) => (id === 0 ? 0 : 1)));
      const whole = (values: number[][]) =>
        new OrtTensor('int64', BigInt64Array.from(values.flat(), BigInt), [values.length, values[0]!.length]);
      const outputs = encoder.call({
        inputIds: tensor2d(rows, undefined, 'int32'),
        attentionMask: tensor2d(mask, undefined, 'int32'),
      });
      await expectSame({ ...outputs }, bytes, { inputIds: whole(rows), attentionMask: whole(mask) });
    }
  });

  it.each([
    ['CLIP', new ClipVisionEncoder(pictures, { seed: 1 })],
    ['ViT', new VitEncoder(pictures, { seed: 1 })],
  ])('%s, whatever the batch', async (_, encoder) => {
    const bytes = await exportOnnx({
      inputs: { pixelValues: { dtype: 'float32', shape: ['batch', 16, 16, 3] } },
      call: ({ pixelValues }) => ({ ...encoder.call({ pixelValues: pixelValues as Tensor4D }) }),
      parameters: encoder.namedParameters(),
    });
    const pixelValues = randomNormal<Rank.R4>([5, 16, 16, 3], 0, 1, 'float32', 3);
    const feeds = {
      pixelValues: new OrtTensor('float32', (await pixelValues.data()) as Float32Array, pixelValues.shape),
    };
    await expectSame({ ...encoder.call({ pixelValues }) }, bytes, feeds);
  });
});
