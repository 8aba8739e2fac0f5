export { assertTensorsMatch } from './assertTensorsMatch.js';
export { type CheckpointFolder } from './folder/CheckpointFolder.js';
export { openFolder } from './folder/openFolder.browser.js';
export { parseSafetensors } from './safetensors/parseSafetensors.js';
export { SafetensorsError } from './safetensors/SafetensorsError.js';
export { serializeSafetensors } from './safetensors/serializeSafetensors.js';
export { type TensorData, type TensorDtype, type TensorValues } from './safetensors/TensorData.js';
export { WeightsError, type WeightsMismatch } from './WeightsError.js';
