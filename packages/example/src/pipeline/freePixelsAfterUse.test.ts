import { createBatches, type Sample } from '@crossmodal/dataset';
import { ImageProcessor } from '@crossmodal/image-encoder';
import { TextTokenizer } from '@crossmodal/text-encoder';
import { registerOnnxRuntimeBackend } from '@crossmodal/tfjs-backend-onnxruntime';
import { dispose, setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, expect, it, vi } from 'vitest';
import { temporaryFolder, tinySettings, tinyWorld } from '../__fixtures__/tinyWorld.js';
import { batchTensors, collateSamples, type EncodedBatch, type EncodedSample, tensorsOf } from './EncodedBatch.js';
import { freePixelsAfterUse } from './freePixelsAfterUse.js';
import { train } from './train.js';

const tokenizer = TextTokenizer.fromVocabulary(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a']);
const processor = new ImageProcessor({ size: 4, cropSize: 4 });
const samples = Array.from({ length: 9 }, (_, line): Sample => ({ id: String(line), text: '', images: [], label: null, line })); // prettier-ignore
const pixelsOf = ({ line }: Sample): Uint8Array => Uint8Array.from({ length: 48 }, (_, i) => (i * 5 + line * 37) % 256);

/** Two pictures each, loaded ahead as far as is said. */
const batchesAhead = (prefetch: number): AsyncIterable<EncodedBatch> =>
  createBatches<EncodedSample, EncodedBatch>({
    ...{ samples, batchSize: 2, shuffle: false, seed: 0, epoch: 0, prefetch },
    load: (sample) =>
      Promise.resolve({ sample, inputIds: [2, 3], image: { pixels: pixelsOf(sample), present: true }, label: -1 }),
    collate: (items) => collateSamples(items, tokenizer, processor),
  });

beforeAll(() => {
  registerOnnxRuntimeBackend();
});

it.each([0, 2, 20])(
  'lets each batch have its own pixels until the next one is asked for, %i loaded ahead',
  async (prefetch) => {
    await setBackend('onnxruntime');
    const seen: EncodedBatch[] = [];
    for await (const batch of freePixelsAfterUse(batchesAhead(prefetch))) {
      const wanted = samples.slice(seen.length * 2, seen.length * 2 + 2).flatMap((sample) => [...processor.normalize(pixelsOf(sample))]); // prettier-ignore
      const tensors = batchTensors(batch);
      expect([...(await tensors.pixelValues!.data())]).toEqual(wanted);
      expect([...batch.pixelValues!]).toEqual(wanted);
      dispose(tensorsOf(tensors));
      seen.push(batch);
    }
    expect(seen.map(({ ids }) => ids.join())).toEqual(['0,1', '2,3', '4,5', '6,7', '8']);
    // Nobody can take the values of another batch for theirs.
    expect(seen.map(({ pixelValues }) => pixelValues!.buffer.byteLength)).toEqual([0, 0, 0, 0, 0]);
    expect(() => batchTensors(seen[0]!)).toThrow(/should have 96 values but has 0/);
  },
);

it('leaves two loops their own pixels, and frees the last ones of a loop that ends early', async () => {
  await setBackend('onnxruntime');
  const [first, second] = [freePixelsAfterUse(batchesAhead(2)), freePixelsAfterUse(batchesAhead(2))];
  const own = (await first.next()).value as EncodedBatch; // there are five
  await second.next();
  const other = (await second.next()).value as EncodedBatch;
  expect([...own.pixelValues!]).toEqual(samples.slice(0, 2).flatMap((sample) => [...processor.normalize(pixelsOf(sample))])); // prettier-ignore
  await second.return();
  expect([own, other].map(({ pixelValues }) => pixelValues!.length)).toEqual([96, 0]);
});

it('leaves pixels to backends that may read them later', async () => {
  await setBackend('cpu');
  const seen: EncodedBatch[] = [];
  for await (const batch of freePixelsAfterUse(batchesAhead(2))) seen.push(batch);
  expect([...seen[0]!.pixelValues!.subarray(0, 48)]).toEqual([...processor.normalize(pixelsOf(samples[0]!))]);
});

it('is what a run does in training and wherever it predicts', async () => {
  const folder = temporaryFolder();
  await tinyWorld(folder);
  const settings = { ...tinySettings(folder), backend: 'onnxruntime', report: false } as const;
  const freed: number[] = [];
  const send = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'postMessage')!.value as MessagePort['postMessage']; // prettier-ignore
  const spy = vi.spyOn(MessagePort.prototype, 'postMessage').mockImplementation(function (
    this: MessagePort,
    message: unknown,
    transfer?: Parameters<MessagePort['postMessage']>[1],
  ) {
    const [buffer] = Array.isArray(transfer) ? transfer : [];
    if (buffer instanceof ArrayBuffer) freed.push(buffer.byteLength);
    send.call(this, message, transfer as never);
  });
  await train(settings);
  spy.mockRestore();
  // Two epochs of three batches and one of validation; then each of the two splits once more.
  const bytes = 16 * 48 * 48 * 3 * 4;
  expect(freed.filter((size) => size === bytes)).toHaveLength(2 * (3 + 1) + 2);
});
