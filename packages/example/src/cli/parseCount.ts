import { InvalidArgumentError } from 'commander';

/** A whole number of at least 0 from a flag. */
export function parseCount(value: string): number {
  if (!/^\d+$/.test(value.trim())) throw new InvalidArgumentError('Expected a whole number, e.g. 100.');
  return Number(value);
}

/** A whole number of at least 1 from a flag. */
export function parsePositive(value: string): number {
  const count = /^\d+$/.test(value.trim()) ? Number(value) : 0;
  if (count < 1) throw new InvalidArgumentError('Expected a whole number from 1, e.g. 8.');
  return count;
}
