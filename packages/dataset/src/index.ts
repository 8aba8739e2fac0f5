export { bucketFor } from './batches/bucketFor.js';
export { createBatches, type BatchOptions } from './batches/createBatches.js';
export { lengthBuckets, type LengthBucketOptions } from './batches/lengthBuckets.js';
export { sizeLadder } from './batches/sizeLadder.js';
export { checkDataset, type CheckOptions } from './check/checkDataset.js';
export type { CheckProgress } from './check/checkImages.js';
export type {
  DatasetCheck,
  DuplicateSummary,
  ImageSummary,
  LabelCount,
  UnreadableImage,
} from './check/DatasetCheck.js';
export type { NumberSummary } from './check/summarize.js';
export { findDuplicates, type DuplicateGroup } from './duplicates/findDuplicates.js';
export { DatasetError } from './errors/DatasetError.js';
export { ImageError, type ImageErrorReason } from './errors/ImageError.js';
export { decodeImage } from './images/decodeImage.js';
export { encodeJpeg } from './images/encodeJpeg.js';
export { encodePng } from './images/encodePng.js';
export type { ImageFormat } from './images/sniffFormat.js';
export { inspectImage, type ImageHeader } from './images/inspectImage.js';
export { rasterizeSvg } from './images/rasterizeSvg.js';
export type { RgbImage } from './images/RgbImage.js';
export type { DecodeOptions } from './images/sharpOptions.js';
export { classWeights } from './labels/classWeights.js';
export { LabelEncoder } from './labels/LabelEncoder.js';
export { loadSamples, type LoadedSamples } from './reading/loadSamples.js';
export type { LoadOptions } from './reading/LoadOptions.js';
export type { RowReport, SkippedRow } from './reading/RowReport.js';
export type { Sample, SplitName } from './reading/Sample.js';
export type { FetchFailureReason } from './remote/FetchFailure.js';
export { fetchImages } from './remote/fetchImages.js';
export type { FetchImagesOptions, FetchProgress, FetchTransport } from './remote/FetchImagesOptions.js';
export type { AddressCounts, FetchFailureExample, FetchFailureGroup, FetchReport } from './remote/FetchReport.js';
export { type FetchPlan, planImageFetch } from './remote/planImageFetch.js';
export type { FetchPlaces, RowCounts } from './remote/surveyImages.js';
export { splitSamples, type SampleSplits } from './splits/splitSamples.js';
export { type SplitOptions } from './splits/SplitOptions.js';
export type { Box } from './world/drawReviewImage.js';
export { generateReviewWorld, type ReviewWorld, type ReviewWorldOptions } from './world/generateReviewWorld.js';
export type { WorldSizes } from './world/planReviews.js';
export type { ProductPart, ReviewKind } from './world/reviewKinds.js';
export type { WorldCeilings } from './world/worldCeilings.js';
export { readTruth, type ReviewTruth, type WorldTruth } from './world/WorldTruth.js';
