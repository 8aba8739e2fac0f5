/** Prints, as JSON, the bytes of BERT-base, CLIP ViT-B/32 and cross-attention between them in each precision. Random weights: they change no sizes. */
import { startBackend } from '@crossmodal/backends';
import { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { ClipVisionEncoder } from '@crossmodal/image-encoder';
import { exportOnnxFiles } from '@crossmodal/onnx-export';
import { BertEncoder } from '@crossmodal/text-encoder';
import { softmax } from '@tensorflow/tfjs-core';

await startBackend('wasm');
const model = new MultimodalSentimentModel({
  config: { id2label: { 0: 'negative', 1: 'positive' } },
  textEncoder: new BertEncoder({}),
  imageEncoder: new ClipVisionEncoder({}),
}).eval();
const tokens = { dtype: 'int32', shape: ['batch', 'length'] };
const inputs = {
  inputIds: tokens,
  attentionMask: tokens,
  pixelValues: { dtype: 'float32', shape: ['batch', 224, 224, 3] },
  imageMask: { dtype: 'int32', shape: ['batch'] },
};
const bytes = {};
for (const precision of process.argv.slice(2)) {
  const { model: graph, externalData } = await exportOnnxFiles({
    inputs,
    call: (given) => {
      const { logits } = model.call(given);
      return { logits, probabilities: softmax(logits) };
    },
    parameters: model.namedParameters(),
    precision,
    largestBytes: 0, // nothing is written: the pieces need not be put together
  });
  bytes[precision] = graph.length + externalData.bytes;
}
console.log(JSON.stringify(bytes));
process.exit(0);
