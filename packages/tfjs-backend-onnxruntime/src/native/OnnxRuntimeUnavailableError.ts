/** Why ONNX Runtime cannot be used: not installed, another version, or installed and not loading. */
export type OnnxRuntimeProblem = 'missing' | 'version' | 'broken';

/** ONNX Runtime is not there, or not as this package needs it. */
export class OnnxRuntimeUnavailableError extends Error {
  override readonly name = 'OnnxRuntimeUnavailableError';

  /**
   * @param reason - what is wrong
   * @param message - where, what was expected, what was found, what to do
   * @param options - the error underneath
   */
  constructor(
    readonly reason: OnnxRuntimeProblem,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
