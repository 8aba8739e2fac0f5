import type { OnnxEncoder } from './OnnxEncoder.js';

/** Encoders that ONNX Runtime runs; a side that is missing is TensorFlow.js's. */
export interface RunEncoders {
  readonly text: OnnxEncoder | undefined;
  readonly image: OnnxEncoder | undefined;
  close(): Promise<void>;
}
