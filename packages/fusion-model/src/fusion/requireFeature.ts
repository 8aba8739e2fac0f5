/** Narrows a tensor that the encoders give whenever the strategy needs it; features that were kept may lack it. */
export function requireFeature<T>(tensor: T | undefined, name: string, fusion: string): T {
  if (tensor === undefined) {
    throw new TypeError(`${fusion}: ${name} must be given, got none. fusionFeatures lists what each strategy needs.`);
  }
  return tensor;
}
