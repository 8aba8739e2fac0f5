import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';

/** Runs a model in ONNX Runtime on tensors of TensorFlow.js; the results are the caller's. */
export async function runOnnx(bytes: Uint8Array, inputs: Readonly<Record<string, Tensor>>): Promise<Map<string, Tensor>> {
  const session = await InferenceSession.create(bytes);
  const feeds: Record<string, OrtTensor> = {};
  for (const name of session.inputNames) {
    const input = inputs[name];
    if (!input) throw new TypeError(`the model wants ${name}.`);
    const values = await input.data();
    feeds[name] =
      input.dtype === 'int32'
        ? new OrtTensor('int64', BigInt64Array.from(values, BigInt), input.shape)
        : new OrtTensor('float32', Float32Array.from(values), input.shape);
  }
  const results = await session.run(feeds);
  await session.release();
  return new Map(
    Object.entries(results).map(([name, { data, dims, type }]) => [
      name,
      // Truth values and numbers alike.
      tensor(Array.from(data as Iterable<number>, Number), [...dims], type === 'float32' ? 'float32' : 'int32'),
    ]),
  );
}
