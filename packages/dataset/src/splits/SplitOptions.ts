/** How {@link splitSamples} divides. */
export interface SplitOptions {
  /** Whole number from 0; unused by `column`. */
  readonly seed: number;
  /**
   * - `column`: as each sample's `split` says.
   * - `stratified`: by seed, with every label's share alike in each part.
   * - `original-80-20`: by seed, 80% train and 20% validation, nothing to test on.
   */
  readonly scheme: 'column' | 'stratified' | 'original-80-20';
  /** Shares of `stratified`, each from 0 and less than 1 together; default 0.1 validation and 0.2 test. */
  readonly fractions?: { readonly validation: number; readonly test: number };
}
