export { parseSafetensors } from './safetensors/parseSafetensors.js';
export { SafetensorsError } from './safetensors/SafetensorsError.js';
export { serializeSafetensors } from './safetensors/serializeSafetensors.js';
export { narrowToFloat16 } from './safetensors/halfPrecision.js';
export { openSafetensors } from './safetensors/openSafetensors.js';
export { type TensorInfo } from './safetensors/decodeTensor.js';
export { type TensorFile } from './safetensors/TensorFile.js';
export { type TensorData, type TensorDtype, type TensorValues } from './safetensors/TensorData.js';

export { openTorchFile, type OpenTorchFileOptions } from './torch/openTorchFile.js';
export { TorchFileError } from './torch/TorchFileError.js';

export { type NameMap } from './checkpoints/NameMap.js';
export { type OpenWeightsOptions } from './checkpoints/openTensorFiles.js';
export { type CheckpointWeights, openWeights } from './checkpoints/openWeights.js';

export { assertTensorsMatch } from './checks/assertTensorsMatch.js';
export { floatTensors, type FloatTensor } from './checks/floatTensors.js';
export { type MisshapedTensor, WeightsError, type WeightsMismatch } from './checks/WeightsError.js';

export { assertFileName } from './folders/assertFileName.js';
export { type CheckpointFile, type CheckpointFolder } from './folders/CheckpointFolder.js';
export { chooseByModelType } from './folders/chooseByModelType.js';
export { fileInMemory } from './folders/fileInMemory.js';
export { folderInMemory } from './folders/folderInMemory.js';
export { formatConfig } from './folders/formatConfig.js';
export { type ConfigTable, readConfigFields } from './folders/readConfigFields.js';
export { openFolder } from './folders/openFolder.js';
export { subfolder } from './folders/subfolder.js';

export { CommitError } from './commits/CommitError.js';
export { commitFile, type FileContents } from './commits/commitFile.js';
export { commitFolder } from './commits/commitFolder.js';
export { type FileSystem, type FolderEntry, type OpenFile } from './commits/FileSystem.js';
export { listFolders } from './commits/listFolders.js';
export { removeFile } from './commits/removeFile.js';
export { removeFolder } from './commits/removeFolder.js';
export { sweepOrphans } from './commits/sweepOrphans.js';
export { writeFolder } from './commits/writeFolder.js';

export { downloadFile, type DownloadFileOptions } from './hub/downloadFile.js';
export {
  downloadModel,
  type DownloadedModel,
  type DownloadModelOptions,
  type DownloadProgress,
} from './hub/downloadModel.js';
export { type HubTransport } from './hub/HubClient.js';
export { HubError, type HubErrorCode } from './hub/HubError.js';
export { type Environment } from './hub/hubSettings.js';
export { type ModelReference, parseModelReference } from './hub/parseModelReference.js';
export { type ResolvedModel, resolveModel, type ResolveModelOptions } from './hub/resolveModel.js';
export { selectDescriptions, selectModelFiles } from './hub/selectModelFiles.js';
