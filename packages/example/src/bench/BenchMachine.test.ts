import { expect, it } from 'vitest';
import { thisBenchMachine } from './BenchMachine.js';

const bertBase = { hiddenSize: 768, intermediateSize: 3072, numHiddenLayers: 12, numAttentionHeads: 12, vocabSize: 30_522 }; // prettier-ignore
const vitB32 = { hiddenSize: 768, intermediateSize: 3072, numHiddenLayers: 12, numAttentionHeads: 12, imageSize: 224, patchSize: 32 }; // prettier-ignore

it.each([
  { quick: false, texts: 4, images: 8 },
  { quick: true, texts: 1, images: 1 },
])(
  'measures BERT-base and ViT-B/32, on $texts and $images of them where quick is $quick',
  ({ quick, texts, images }) => {
    const { text, image } = thisBenchMachine().encoders(quick);
    expect(text).toMatchObject({ name: 'text-encoder', batchSize: texts, length: 128, config: bertBase });
    expect(image).toMatchObject({ name: 'image-encoder', batchSize: images, config: vitB32 });
  },
);
