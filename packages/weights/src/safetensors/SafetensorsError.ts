/** A safetensors file that must not be read: damaged, truncated, contradictory, or of a type that is not supported. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
}
