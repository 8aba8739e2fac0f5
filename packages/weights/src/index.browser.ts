export { parseSafetensors } from './safetensors/parseSafetensors.js';
export { SafetensorsError } from './safetensors/SafetensorsError.js';
export { serializeSafetensors } from './safetensors/serializeSafetensors.js';
export { type TensorData, type TensorDtype, type TensorValues } from './safetensors/TensorData.js';

export { assertTensorsMatch } from './checks/assertTensorsMatch.js';
export { floatTensors, type FloatTensor } from './checks/floatTensors.js';
export { type MisshapedTensor, WeightsError, type WeightsMismatch } from './checks/WeightsError.js';

export { assertFileName } from './folders/assertFileName.js';
export { type CheckpointFolder } from './folders/CheckpointFolder.js';
export { formatConfig } from './folders/formatConfig.js';
export { openFolder, type OpenFolderOptions } from './folders/openFolder.browser.js';
export { subfolder } from './folders/subfolder.js';

export { CommitError } from './commits/CommitError.js';
export {
  commitFile,
  commitFolder,
  listFolders,
  removeFolder,
  sweepOrphans,
  writeFolder,
} from './commits/commits.browser.js';
