import type { Sample } from '../reading/Sample.js';

/** A sample with what a test cares about. */
export function sampleOf(id: string, more: Partial<Sample> = {}): Sample {
  return { id, text: `text ${id}`, images: [], label: 'a', line: 1, ...more };
}

/** Samples of the labels in turn. */
export function samplesOf(count: number, labels: readonly string[]): Sample[] {
  return Array.from({ length: count }, (_, i) => sampleOf(`s${i}`, { label: labels[i % labels.length] ?? null, line: i + 2 }));
}
