/** Data that cannot be used as it is; the message says where, and what to do. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError';
  /** The file, where there is one. */
  readonly path: string | undefined;
  /** Line of the file, from 1, where it is known. */
  readonly line: number | undefined;

  /**
   * @param message - where, what was expected, what arrived, what to do
   * @param options - the fields, and the `cause`
   */
  constructor(
    message: string,
    options: { readonly path?: string | undefined; readonly line?: number | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.path = options.path;
    this.line = options.line;
  }

  /** An error whose message begins with the file and the line. */
  static in(
    path: string,
    detail: string,
    options: { readonly line?: number; readonly cause?: unknown } = {},
  ): DatasetError {
    const where = options.line === undefined ? path : `${path}: line ${options.line}`;
    return new DatasetError(`${where}: ${detail}`, { path, ...options });
  }
}
