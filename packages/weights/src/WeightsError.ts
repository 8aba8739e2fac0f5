/** How many names of each kind a message lists. */
const LISTED = 10;

/** Tensors that do not fit a model. */
export interface WeightsMismatch {
  /** Expected by the model, not in the file. */
  readonly missing: readonly string[];
  /** In the file, unknown to the model. */
  readonly unexpected: readonly string[];
  /** Present with another shape: `name: expected [..], got [..]`. */
  readonly misshaped: readonly string[];
}

/** Missing, unexpected or mis-shaped weights; the message lists up to ten names of each and the totals. */
export class WeightsError extends Error implements WeightsMismatch {
  override readonly name = 'WeightsError';
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
  readonly misshaped: readonly string[];

  /** @param where - what was being loaded */
  constructor(where: string, { missing, unexpected, misshaped }: WeightsMismatch) {
    const parts = [list('missing', missing), list('unexpected', unexpected), list('of another shape', misshaped)];
    super(`${where}: the tensors must be those of the model. ${parts.filter((part) => part !== '').join(' ')}`);
    this.missing = missing;
    this.unexpected = unexpected;
    this.misshaped = misshaped;
  }
}

function list(kind: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const shown = names.slice(0, LISTED).join(', ');
  return `${names.length} ${kind}: ${shown}${names.length > LISTED ? ', ...' : ''}.`;
}
