import { TorchFileError } from './TorchFileError.js';

/** An error of the archive as a whole. */
export function refuseArchive(problem: string): TorchFileError {
  return new TorchFileError(`openTorchFile: this is not an archive of PyTorch, or a damaged one: ${problem}.`);
}
