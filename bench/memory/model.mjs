import { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { ClipVisionEncoder } from '@crossmodal/image-encoder';
import { enableGradientCheckpointing } from '@crossmodal/layers';
import { BertEncoder } from '@crossmodal/text-encoder';
import { AdamW, computeGradients, crossEntropy } from '@crossmodal/training';
import { dispose, randomUniform, tensor1d, tidy } from '@tensorflow/tfjs-core';

/** BERT-base beside CLIP ViT-B/32, and a pair that takes a step in milliseconds. */
const sizes = {
  base: {
    text: { vocabSize: 30522, hiddenSize: 768, numAttentionHeads: 12, intermediateSize: 3072, numHiddenLayers: 12 },
    image: { hiddenSize: 768, numAttentionHeads: 12, intermediateSize: 3072, numHiddenLayers: 12, patchSize: 32 },
    imageSize: 224,
  },
  small: {
    text: { vocabSize: 1000, hiddenSize: 32, numAttentionHeads: 4, intermediateSize: 64, numHiddenLayers: 1 },
    image: { hiddenSize: 32, numAttentionHeads: 4, intermediateSize: 64, numHiddenLayers: 1, patchSize: 16 },
    imageSize: 48,
  },
};

/**
 * A model from scratch with its optimizer.
 *
 * @param {'base' | 'small'} name
 * @param {{ gradientCheckpointing?: boolean }} options
 * @returns `step`, which trains on a batch of random rows and resolves to the loss
 */
export function trainable(name, { gradientCheckpointing = false } = {}) {
  const { text, image, imageSize } = sizes[name];
  const model = new MultimodalSentimentModel({
    config: { id2label: { 0: 'negative', 1: 'neutral', 2: 'positive' } },
    textEncoder: new BertEncoder(text),
    imageEncoder: new ClipVisionEncoder({ ...image, imageSize }),
  }).train();
  enableGradientCheckpointing(model, gradientCheckpointing);
  const parameters = model.namedParameters();
  const optimizer = new AdamW(parameters, { learningRate: 1e-5 });
  const step = async (batch, length, seed) => {
    const inputs = {
      inputIds: tidy(() => randomUniform([batch, length], 0, text.vocabSize, 'int32', seed)),
      pixelValues: randomUniform([batch, imageSize, imageSize, 3], -1, 1, 'float32', seed),
    };
    const labels = tensor1d(
      Array.from({ length: batch }, (_, i) => (i + seed) % 3),
      'int32',
    );
    const { loss, gradients } = computeGradients(
      () => crossEntropy(model.call(inputs, { seed }).logits, labels),
      parameters,
    );
    optimizer.step(gradients);
    const [value] = await loss.data();
    dispose([loss, ...gradients.values(), inputs, labels]);
    return value;
  };
  return { step };
}
