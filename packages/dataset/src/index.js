export { createBatches } from './batches/createBatches.js';
export { checkDataset } from './check/checkDataset.js';
export { findDuplicates } from './duplicates/findDuplicates.js';
export { DatasetError } from './errors/DatasetError.js';
export { ImageError } from './errors/ImageError.js';
export { decodeImage, inspectImage } from './images/decodeImage.js';
export { encodeJpeg, encodePng, rasterizeSvg } from './images/encodeImage.js';
export { classWeights } from './labels/classWeights.js';
export { LabelEncoder } from './labels/LabelEncoder.js';
export { loadSamples } from './reading/loadSamples.js';
export { splitSamples } from './splits/splitSamples.js';
export { generateReviewWorld } from './world/generateReviewWorld.js';
export { readTruth } from './world/WorldTruth.js';
//# sourceMappingURL=index.js.map