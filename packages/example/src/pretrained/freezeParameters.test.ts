import { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { ClipVisionEncoder } from '@crossmodal/image-encoder';
import { BertEncoder } from '@crossmodal/text-encoder';
import { setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import '@tensorflow/tfjs-backend-cpu';
import { ConfigError } from '../config/ConfigError.js';
import { freezeParameters } from './freezeParameters.js';
import { learningRateFactors } from './learningRates.js';

const sizes = { hiddenSize: 8, numAttentionHeads: 2, intermediateSize: 8, numHiddenLayers: 3 };
const buildModel = () =>
  new MultimodalSentimentModel({
    config: { id2label: { 0: 'a', 1: 'b' }, hiddenSize: 8, numAttentionHeads: 2 },
    textEncoder: new BertEncoder({ ...sizes, vocabSize: 10, maxPositionEmbeddings: 8 }),
    imageEncoder: new ClipVisionEncoder({ ...sizes, imageSize: 8, patchSize: 4, projectionDim: 8 }),
  });

/** Which parameters are trained afterwards, numbers of blocks kept and the rest shortened. */
function trained(freeze: string[]): string[] {
  const model = buildModel();
  freezeParameters(model, { freeze });
  const paths = [...model.namedParameters()].flatMap(([path, { trainable }]) => (trainable ? [path] : []));
  model.dispose();
  const shorten = (path: string): string =>
    path
      .replace(/(layers?\.\d+)\..*/, '$1')
      .replace(/^((?:text|image)Encoder\.(?:vision_model\.)?\w+)\..*(?<!layers?\.\d)$/, '$1')
      .replace(/^(fusion|classifier).*/, '$1');
  return [...new Set(paths.map(shorten))];
}

const textBlocks = [0, 1, 2].map((i) => `textEncoder.encoder.layer.${i}`);
const imageBlocks = [0, 1, 2].map((i) => `imageEncoder.vision_model.encoder.layers.${i}`);

describe('freezeParameters', () => {
  beforeAll(() => setBackend('cpu'));

  it('leaves everything trained by default', () => {
    const all = trained([]);
    expect(all).toEqual(expect.arrayContaining([...textBlocks, ...imageBlocks, 'textEncoder.embeddings', 'fusion']));
  });

  it.each<[string, string[], RegExp]>([
    ['encoders', ['fusion', 'classifier'], /Encoder/],
    ['text', [...imageBlocks, 'fusion'], /^textEncoder/],
    ['image', [...textBlocks, 'fusion'], /^imageEncoder/],
    ['embeddings', [...textBlocks, ...imageBlocks, 'textEncoder.pooler'], /embeddings|pre_layrnorm/],
    [String.raw`^textEncoder\.encoder\.layer\.0\.`, textBlocks.slice(1), /^textEncoder\.encoder\.layer\.0/],
  ])('freezes %s', (part, kept, gone) => {
    const left = trained([part]);
    expect(left).toEqual(expect.arrayContaining(kept));
    expect(left.filter((path) => gone.test(path))).toEqual([]);
  });

  it('refuses a pattern that matches nothing', () => {
    expect(() => trained(['textencoder'])).toThrow(ConfigError);
    expect(() => trained(['textencoder'])).toThrow('freeze: "textencoder" matches none of the');
  });
});

describe('learningRateFactors', () => {
  const paths = [
    'textEncoder.embeddings.word_embeddings.weight',
    'textEncoder.encoder.layer.0.output.dense.weight',
    'textEncoder.encoder.layer.1.output.dense.weight',
    'textEncoder.pooler.dense.weight',
    'imageEncoder.vision_model.pre_layrnorm.weight',
    'imageEncoder.vision_model.encoder.layers.0.mlp.fc1.weight',
    'imageEncoder.vision_model.post_layernorm.weight',
    'fusion.crossAttention.query.weight',
    'classifier.weight',
  ];
  const settings = { learningRate: 1e-3, encoderLearningRate: 1e-4, layerDecay: 0.5 };
  const factors = (config: Partial<Parameters<typeof learningRateFactors>[0]>) => {
    const factorOf = learningRateFactors(
      { ...settings, textModel: undefined, imageModel: undefined, ...config },
      paths,
    );
    return paths.map((path) => Number(factorOf(path).toPrecision(6)));
  };

  it('falls from block to block in pretrained encoders and leaves the rest alone', () => {
    expect(factors({ textModel: 'bert' })).toEqual([0.0125, 0.025, 0.05, 0.1, 1, 1, 1, 1, 1]);
    expect(factors({ textModel: 'bert', imageModel: 'clip' })).toEqual([
      0.0125, 0.025, 0.05, 0.1, 0.025, 0.05, 0.1, 1, 1,
    ]);
  });

  it('is that of the encoders for both of them when none is pretrained, and 1 without one', () => {
    expect(factors({ layerDecay: 1 })).toEqual([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 1, 1]);
    expect(factors({ layerDecay: 1, encoderLearningRate: undefined })).toEqual(paths.map(() => 1));
  });
});
