export { exportOnnx, type ExportOnnxOptions } from './exportOnnx.js';
export { OnnxExportError } from './OnnxExportError.js';
export { type OnnxInput } from './OnnxInput.js';
