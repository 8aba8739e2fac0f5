import { readFileSync } from 'node:fs';

/** Reads a file that `fixtures/generate.py` wrote. */
export function readFixture(name: 'images.json' | 'labels.json' | 'csv.json'): unknown {
  return JSON.parse(readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8'));
}
