import { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { ClipVisionEncoder } from '@crossmodal/image-encoder';
import { enableGradientCheckpointing } from '@crossmodal/layers';
import { BertEncoder } from '@crossmodal/text-encoder';
import { AdamW, CapturedGradients, computeGradients, crossEntropy, globalNorm } from '@crossmodal/training';
import { concat, dispose, randomUniform, reshape, square, mean, tensor1d, tidy } from '@tensorflow/tfjs-core';

const bert = { vocabSize: 30522, hiddenSize: 768, numAttentionHeads: 12, intermediateSize: 3072, numHiddenLayers: 12 };
const tower = { hiddenSize: 768, numAttentionHeads: 12, intermediateSize: 3072, numHiddenLayers: 12 };
const width64 = { hiddenSize: 64, numAttentionHeads: 4, intermediateSize: 128, numHiddenLayers: 1 };
const width32 = { hiddenSize: 32, numAttentionHeads: 4, intermediateSize: 64, numHiddenLayers: 1 };

const models = {
  base: () => classifier(bert, { ...tower, imageSize: 224, patchSize: 32 }),
  bert: () => textAlone(bert),
  main: () => classifier({ ...width64, vocabSize: 600 }, { ...width64, imageSize: 96, patchSize: 16 }),
  small: () => classifier({ ...width32, vocabSize: 1000 }, { ...width32, imageSize: 48, patchSize: 16 }),
};

/** Names for `trainable`: BERT-base beside CLIP ViT-B/32, BERT-base alone, the default model of `crossmodal train`, and one that takes a step in milliseconds. */
export const modelNames = Object.keys(models);

/**
 * A model from scratch with its optimizer.
 *
 * @param {string} name - one of `modelNames`
 * @param {{ gradientCheckpointing?: boolean, byOperation?: boolean }} options - `byOperation`: never as one graph, also where the backend could
 * @returns `step`, which trains on a batch of random rows as `trainModel` does and resolves to the loss; `parameterBytes` of all weights; `onRefused`
 */
export function trainable(name, { gradientCheckpointing = false, byOperation = false } = {}) {
  const { model, makeTensors, lossOf } = models[name]();
  model.train();
  enableGradientCheckpointing(model, gradientCheckpointing);
  const parameters = model.namedParameters();
  const optimizer = new AdamW(parameters, { learningRate: 1e-5 });
  const refusals = [];
  const captured = new CapturedGradients(parameters, { onRefused: (reason) => refusals.push(reason) });
  const step = async (batch, length, seed) => {
    const tensors = makeTensors(batch, length, seed);
    const loss = () => lossOf(tensors, seed);
    const computed = byOperation
      ? computeGradients(loss, parameters)
      : captured.compute(loss, { tensors: Object.values(tensors), seed });
    const numbers = tidy(() =>
      concat([computed.loss, globalNorm(computed.gradients)].map((value) => reshape(value, [1]))),
    );
    const [value, norm] = await numbers.data();
    optimizer.step(computed.gradients, 1, { gradientScale: Math.min(1, 1 / (norm + 1e-6)) });
    dispose([computed.loss, numbers, ...computed.gradients.values(), tensors]);
    return value;
  };
  const parameterBytes = [...parameters.values()].reduce((bytes, { size }) => bytes + 4 * size, 0);
  return { step, parameterBytes, refusals };
}

function classifier(text, image) {
  const model = new MultimodalSentimentModel({
    config: { id2label: { 0: 'negative', 1: 'neutral', 2: 'positive' } },
    textEncoder: new BertEncoder(text),
    imageEncoder: new ClipVisionEncoder(image),
  });
  return {
    model,
    makeTensors: (batch, length, seed) => ({
      inputIds: randomIds(batch, length, text.vocabSize, seed),
      pixelValues: randomUniform([batch, image.imageSize, image.imageSize, 3], -1, 1, 'float32', seed),
      labels: tensor1d(
        Array.from({ length: batch }, (_, i) => (i + seed) % 3),
        'int32',
      ),
    }),
    lossOf: ({ labels, ...inputs }, seed) => crossEntropy(model.call(inputs, { seed }).logits, labels),
  };
}

function textAlone(config) {
  const model = new BertEncoder(config);
  return {
    model,
    makeTensors: (batch, length, seed) => ({ inputIds: randomIds(batch, length, config.vocabSize, seed) }),
    lossOf: (inputs, seed) => mean(square(model.call(inputs, { seed }).lastHiddenState)),
  };
}

function randomIds(batch, length, vocabSize, seed) {
  return tidy(() => randomUniform([batch, length], 0, vocabSize, 'int32', seed));
}
