/**
 * Mean and Student's 95% interval; of one number, and of more than ten, there is none.
 *
 * @param {readonly number[]} numbers - at least one
 * @returns {{ mean: number, low: number, high: number }} `low` and `high` are `NaN` where there is no interval
 */
export function meanInterval(numbers) {
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const variance = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / (numbers.length - 1);
  // 97.5% quantiles of Student's distribution by degrees of freedom, from 1.
  const quantile = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262][numbers.length - 2] ?? NaN;
  const half = quantile * Math.sqrt(variance / numbers.length);
  return { mean, low: mean - half, high: mean + half };
}
