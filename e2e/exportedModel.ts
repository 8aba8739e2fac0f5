import { ClipVisionEncoder } from '@crossmodal/image-encoder';
import { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { exportOnnxFiles, type ExportOnnxFilesOptions } from '@crossmodal/onnx-export';
import { BertEncoder } from '@crossmodal/text-encoder';
import '@tensorflow/tfjs-backend-cpu';
import { randomUniform, setBackend, softmax, tensor, tensor2d, type Tensor } from '@tensorflow/tfjs-core';

/** A tensor as JSON can hold it. */
export interface PlainTensor {
  readonly dtype: 'int32' | 'float32';
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** One way to write the model. */
export interface ExportedVariant {
  readonly model: Uint8Array;
  /** The second file, by name. */
  readonly data: readonly [name: string, bytes: Uint8Array] | undefined;
  /** Largest difference of an output from what TensorFlow.js computes in float32. */
  readonly tolerance: number;
}

/** A model as ONNX in several ways, one batch and what TensorFlow.js makes of it. */
export interface ExportedModel {
  /** By the name of the model's file. */
  readonly variants: Readonly<Record<string, ExportedVariant>>;
  readonly inputs: Readonly<Record<string, PlainTensor>>;
  readonly outputs: Readonly<Record<string, PlainTensor>>;
}

/** float16 moved logits by 6.1e-3 and the rest by less when it was written. */
const TOLERANCE = { float32: 1e-4, float16: 2e-2 } as const;

const sizes = { hiddenSize: 32, numHiddenLayers: 2, numAttentionHeads: 4, intermediateSize: 48, initializerRange: 0.3 };

/** Exports a small BERT, a small CLIP and cross-attention between them: texts of two lengths, one row without an image. */
export async function exportSmallModel(): Promise<ExportedModel> {
  await setBackend('cpu');
  const model = new MultimodalSentimentModel({
    config: { id2label: { 0: 'bad', 1: 'neutral', 2: 'good' }, initializerRange: 0.3 },
    textEncoder: new BertEncoder({ ...sizes, vocabSize: 30, maxPositionEmbeddings: 20 }, { seed: 1 }),
    imageEncoder: new ClipVisionEncoder({ ...sizes, imageSize: 16, patchSize: 8, projectionDim: 12 }, { seed: 2 }),
    seed: 3,
  }).eval();
  const call = (given: Readonly<Record<string, Tensor>>): Record<string, Tensor | undefined> => {
    const { inputIds, attentionMask, pixelValues, imageMask } = given as Record<string, never>;
    const { logits, crossAttentions } = model.call({ inputIds, attentionMask, pixelValues, imageMask });
    return { logits, probabilities: softmax(logits), crossAttentions };
  };
  const tokens = { dtype: 'int32', shape: ['batch', 'length'] } as const;
  const options: ExportOnnxFilesOptions = {
    inputs: {
      inputIds: tokens,
      attentionMask: tokens,
      pixelValues: { dtype: 'float32', shape: ['batch', 16, 16, 3] },
      imageMask: { dtype: 'int32', shape: ['batch'] },
    },
    call,
    parameters: model.namedParameters(),
  };
  const inputs: Record<string, Tensor> = {
    inputIds: tensor2d([[2, 7, 9, 11, 3, 0], [2, 8, 14, 29, 5, 3], [2, 3, 0, 0, 0, 0]], undefined, 'int32'), // prettier-ignore
    attentionMask: tensor2d([[1, 1, 1, 1, 1, 0], [1, 1, 1, 1, 1, 1], [1, 1, 0, 0, 0, 0]], undefined, 'int32'), // prettier-ignore
    pixelValues: randomUniform([3, 16, 16, 3], -2, 2, 'float32', 5),
    imageMask: tensor([1, 1, 0], [3], 'int32'),
  };
  const outputs = call(inputs);
  const variants = {
    'model.onnx': await writeVariant(options, 'float32'),
    'model-float16.onnx': await writeVariant(options, 'float16'),
    'model-external.onnx': await writeVariant(options, 'float32', 'model-external.onnx.data'),
    'model-external-float16.onnx': await writeVariant(options, 'float16', 'model-external-float16.onnx.data'),
  };
  return { variants, inputs: await plain(inputs), outputs: await plain(outputs) };
}

async function writeVariant(
  options: ExportOnnxFilesOptions,
  precision: 'float32' | 'float16',
  externalName?: string,
): Promise<ExportedVariant> {
  const files = await exportOnnxFiles({
    ...options,
    precision,
    ...(externalName === undefined ? {} : { externalName, largestBytes: 0 }),
  });
  const { model, externalData } = files;
  const data = externalData && ([externalData.name, Buffer.concat([...externalData.chunks()])] as const);
  return { model, data, tolerance: TOLERANCE[precision] };
}

async function plain(tensors: Readonly<Record<string, Tensor | undefined>>): Promise<Record<string, PlainTensor>> {
  const result: Record<string, PlainTensor> = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    if (!tensor) continue;
    const { dtype, shape } = tensor;
    result[name] = { dtype: dtype === 'int32' ? 'int32' : 'float32', shape, values: Array.from(await tensor.data()) };
  }
  return result;
}
