import { type CurvePoint } from './CurvePoint.js';

/**
 * Keeps at most `maxPoints` points of a curve, among them the lowest and the highest of each stretch, so that no spike and
 * no gap is lost.
 */
export function thinCurve(points: readonly CurvePoint[], maxPoints: number): readonly CurvePoint[] {
  if (points.length <= maxPoints) return points;
  const stretches = Math.max(1, Math.floor(maxPoints / 3));
  const kept = new Set<number>();
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((stretch * points.length) / stretches);
    const to = Math.floor(((stretch + 1) * points.length) / stretches);
    let [lowest, highest, gap] = [-1, -1, -1];
    for (let i = from; i < to; i++) {
      const value = points[i]?.value;
      if (value === undefined || !Number.isFinite(value)) gap = i;
      else {
        if (lowest < 0 || value < (points[lowest]?.value ?? NaN)) lowest = i;
        if (highest < 0 || value > (points[highest]?.value ?? NaN)) highest = i;
      }
    }
    for (const index of [lowest, highest, gap]) if (index >= 0) kept.add(index);
  }
  return [...kept].sort((a, b) => a - b).flatMap((index) => points[index] ?? []);
}
