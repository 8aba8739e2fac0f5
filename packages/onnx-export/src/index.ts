export { exportOnnx, type ExportOnnxOptions, type OnnxInput } from './exportOnnx.js';
export { OnnxExportError } from './OnnxExportError.js';
