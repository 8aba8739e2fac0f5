/** A configuration that cannot be used: unknown field, wrong type, contradiction. Exit code 2 on the command line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
