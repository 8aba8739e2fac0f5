/** Why a model could not be had. */
export type HubErrorCode =
  /** The name is no name of a model. */
  | 'invalid-name'
  /** No repository, revision or file of that name, or one that is private and invisible without a token. */
  | 'not-found'
  /** The token is missing or wrong. */
  | 'unauthorized'
  /** The authors of the model want to be asked first. */
  | 'gated'
  /** Nothing may be downloaded, and the cache does not hold it. */
  | 'offline'
  /** The server cannot be reached, answers with an error, or stops answering. */
  | 'network'
  /** What arrived is not what the server announced. */
  | 'integrity'
  /** A link in the cache leads out of it. */
  | 'unsafe-cache'
  /** The disk is full. */
  | 'no-space'
  /** The cache cannot be written. */
  | 'not-writable';

/** A model could not be downloaded or found. */
export class HubError extends Error {
  override readonly name = 'HubError';
  readonly code: HubErrorCode;

  /**
   * @param code - why
   * @param message - where, what was expected, what arrived, what to do
   * @param options - the error behind it
   */
  constructor(code: HubErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
