/** The middle of some numbers, and of their lower and upper half. */
export interface Quartiles {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/**
 * Quartiles by linear interpolation between neighbours: definition 7 of Hyndman and Fan 1996, NumPy's default.
 *
 * @param numbers - at least one, in any order
 * @throws RangeError when there is none
 */
export function quartiles(numbers: readonly number[]): Quartiles {
  const sorted = [...numbers].sort((left, right) => left - right);
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    if (below === undefined || above === undefined)
      throw new RangeError('quartiles: numbers must not be empty, got [].');
    return below + (above - below) * (place % 1);
  };
  return { low: at(0.25), median: at(0.5), high: at(0.75) };
}
