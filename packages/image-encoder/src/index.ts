export { ImageProcessor, type ImageGeometry } from './preprocessing/ImageProcessor.js';
export {
  defaultClipImageProcessorConfig,
  defaultVitImageProcessorConfig,
  type FixedSize,
  type ImageProcessorConfig,
  type ImageProcessorOptions,
  type ImageProcessorType,
  type ShortestEdge,
} from './preprocessing/ImageProcessorConfig.js';
export { type ResampleFilter } from './preprocessing/ResampleFilter.js';
export { resizeImage } from './preprocessing/resizeImage.js';
export { type RgbImage } from './preprocessing/RgbImage.js';

export {
  type AnyImageEncoder,
  AutoImageEncoder,
  imageArchitectures,
  type ImageEncoderLoader,
} from './encoder/AutoImageEncoder.js';
export { type ClipVisionConfig, defaultClipVisionConfig } from './encoder/ClipVisionConfig.js';
export {
  ClipVisionEncoder,
  type ClipVisionEncoderOptions,
  type ClipVisionOutputs,
} from './encoder/ClipVisionEncoder.js';
export { type LoadVisionOptions } from './encoder/loadEncoder.js';
export { type VisionInputs } from './encoder/VisionInputs.js';
export { defaultVitConfig, type VitConfig } from './encoder/VitConfig.js';
export { VitEncoder, type VitEncoderOptions, type VitOutputs } from './encoder/VitEncoder.js';
export {
  VitForImageClassification,
  type VitForImageClassificationOptions,
  type VitForImageClassificationOutputs,
} from './encoder/VitForImageClassification.js';
