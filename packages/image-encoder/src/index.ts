export { ClipImageProcessor, type ImageGeometry } from './preprocessing/ClipImageProcessor.js';
export {
  type ClipImageProcessorConfig,
  defaultClipImageProcessorConfig,
  type FixedSize,
  type ShortestEdge,
} from './preprocessing/ClipImageProcessorConfig.js';
export { type ResampleFilter } from './preprocessing/ResampleFilter.js';
export { resizeImage } from './preprocessing/resizeImage.js';
export { type RgbImage } from './preprocessing/RgbImage.js';

export { type ClipVisionConfig, defaultClipVisionConfig } from './encoder/ClipVisionConfig.js';
export {
  ClipVisionEncoder,
  type ClipVisionEncoderOptions,
  type ClipVisionInputs,
  type ClipVisionOutputs,
} from './encoder/ClipVisionEncoder.js';
