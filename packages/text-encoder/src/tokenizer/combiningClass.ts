import { combiningClasses } from './characterTables.js';

let classes: ReadonlyMap<number, number> | undefined;

/**
 * The canonical combining class of a character, 0 for those younger than Unicode 9, as for the reference.
 *
 * @param codePoint - integer in [0, 0x110000)
 */
export function combiningClass(codePoint: number): number {
  if (codePoint < 0x300) return 0;
  classes ??= readTable();
  return classes.get(codePoint) ?? 0;
}

/** Filled on first use. */
function readTable(): Map<number, number> {
  const found = new Map<number, number>();
  let position = 0;
  for (const range of combiningClasses.split(' ')) {
    const [gap = 0, length = 0, value = 0] = range.split('.').map((number) => parseInt(number, 36));
    position += gap;
    for (const end = position + length; position < end; position += 1) found.set(position, value);
  }
  return found;
}
