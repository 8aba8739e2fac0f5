/**
 * Compares the gradients of a text and an image encoder between the cpu backend and another one, each tensor within 1e-4 of its largest entry.
 * `check-native-tensorflow.mjs` runs it in a project of its own:
 *
 *   node native-gradients.mjs tensorflow
 */
import { startBackend } from '@crossmodal/backends';
import { ClipVisionEncoder } from '@crossmodal/image-encoder';
import { BertEncoder } from '@crossmodal/text-encoder';
import { add, mul, square, sum, tensor2d, tensor4d, variableGrads } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';

const wave = (length, step) => Float32Array.from({ length }, (_, i) => Math.sin(i * step));
const sizes = { hiddenSize: 32, intermediateSize: 64, numHiddenLayers: 2, numAttentionHeads: 4 };
const inputIds = [
  [2, 11, 7, 19, 3, 0],
  [2, 5, 23, 8, 14, 3],
];
const attentionMask = inputIds.map((row) => row.map((id) => (id === 0 ? 0 : 1)));

async function gradients(backend) {
  const { device } = await startBackend(backend);
  const text = new BertEncoder({ vocabSize: 30, ...sizes }, { seed: 1 });
  const image = new ClipVisionEncoder({ imageSize: 32, patchSize: 8, ...sizes }, { seed: 2 });
  const parameters = new Map();
  for (const [side, encoder] of Object.entries({ text, image })) {
    for (const [name, variable] of encoder.namedParameters()) parameters.set(`${side}.${name}`, variable);
  }
  const loss = () => {
    const fromText = text.call({
      inputIds: tensor2d(inputIds, [2, 6], 'int32'),
      attentionMask: tensor2d(attentionMask, [2, 6], 'int32'),
    });
    const fromImage = image.call({ pixelValues: tensor4d(wave(2 * 32 * 32 * 3, 0.37), [2, 32, 32, 3]) });
    const weighted = (x, step) => sum(square(add(x, mul(x, tensor2d(wave(x.size, step), x.shape)))));
    return add(weighted(fromText.poolerOutput, 0.7), weighted(fromImage.imageEmbeds, 0.3));
  };
  const variables = [...parameters.values()];
  const { value, grads } = variableGrads(loss, variables);
  const result = new Map();
  for (const [name, variable] of parameters) result.set(name, await grads[variable.name].data());
  return { device, loss: (await value.data())[0], gradients: result };
}

const expected = await gradients('cpu');
const received = await gradients(process.argv[2]);
let worst = { share: 0, name: '' };
for (const [name, values] of expected.gradients) {
  const largest = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const got = received.gradients.get(name);
  const off = values.reduce((most, x, i) => Math.max(most, Math.abs(x - got[i])), 0);
  // A key bias has a gradient of zero in exact arithmetic: there rounding alone is compared.
  const share = off < 1e-5 ? 0 : off / largest;
  if (!(share <= worst.share)) worst = { share, name };
}
const lossOff = Math.abs(received.loss - expected.loss) / Math.abs(expected.loss);
console.log(
  `${received.device}: ${expected.gradients.size} gradients, the worst off by ${worst.share.toExponential(1)} of its largest entry ` +
    `(${worst.name || 'none beyond rounding'}); loss off by ${lossOff.toExponential(1)}`,
);
process.exit(worst.share <= 1e-4 && lossOff <= 1e-5 ? 0 : 1);
