/** A file that is no PyTorch checkpoint, is damaged, or asks for more than tensors. */
export class TorchFileError extends Error {
  override readonly name = 'TorchFileError';
}
