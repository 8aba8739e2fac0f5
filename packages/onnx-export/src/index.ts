export {
  exportOnnx,
  exportOnnxFiles,
  type ExportOnnxFilesOptions,
  type ExportOnnxOptions,
  type OnnxFiles,
  type OnnxPrecision,
} from './exportOnnx.js';
export { type ExternalData } from './graph/ExternalData.js';
export { OnnxExportError } from './OnnxExportError.js';
export { type OnnxInput } from './OnnxInput.js';
