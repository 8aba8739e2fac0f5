/** What native TensorFlow lacked. */
export type SetupErrorCode =
  /** Neither Linux nor macOS, or a processor without an archive. */
  | 'platform'
  /** No C++ compiler, or it refused. */
  | 'compiler'
  /** Headers of Node-API, or of TensorFlow. */
  | 'headers'
  /** TensorFlow's shared libraries. */
  | 'library'
  /** `@tensorflow/tfjs-node`. */
  | 'package'
  /** It was built, and does not compute what it must, where it must. */
  | 'verification';

/** Native TensorFlow cannot be set up; the message names what to install. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
  readonly code: SetupErrorCode;

  /**
   * @param code - what was missing
   * @param message - where, what was expected, what arrived, what to do
   * @param options - the error behind it
   */
  constructor(code: SetupErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
