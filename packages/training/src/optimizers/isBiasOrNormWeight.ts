/**
 * Whether a parameter is usually spared from weight decay: a bias, or the scale and shift of a normalization.
 *
 * @param path - dotted, as `namedParameters` gives it
 *
 * @example
 * isBiasOrNormWeight('encoder.layer.0.attention.output.LayerNorm.weight'); // true
 * isBiasOrNormWeight('encoder.layer.0.attention.self.query.weight'); // false
 */
export function isBiasOrNormWeight(path: string): boolean {
  // "norm" also finds CLIP's pre_layrnorm, which is spelled so in its checkpoints.
  return /(?:^|\.)(?:bias|beta|gamma)$|(?:^|\.)(?:[^.]*norm[^.]*|ln_[^.]*)\.weight$/i.test(path);
}
