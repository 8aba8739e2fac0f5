import { InvalidArgumentError } from 'commander';

/** A whole number of at least 0 from a flag. */
export function parseCount(value: string): number {
  if (!/^\d+$/.test(value.trim())) throw new InvalidArgumentError('Expected a whole number, e.g. 100.');
  return Number(value);
}
