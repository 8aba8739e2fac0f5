import { colourMapDigits } from './colourMapDigits.js';

/**
 * A colour map that stays readable for colour-blind people and in grey: lightness only rises.
 *
 * `cividis`: Nuñez, Anderton and Renslow 2018, https://doi.org/10.1371/journal.pone.0199239
 */
export type ColourMap = 'cividis' | 'viridis';

/**
 * The colours of a map, from low to high.
 *
 * @returns 256 colours of three bytes each (red, green, blue); a new array
 * @throws `RangeError` for a name that is none of the maps
 *
 * @example
 * colourMapBytes('cividis').subarray(765); // the brightest: [253, 234, 69]
 */
export function colourMapBytes(name: ColourMap): Uint8Array {
  if (!Object.hasOwn(colourMapDigits, name)) {
    throw new RangeError(
      `colourMapBytes: name must be one of ${Object.keys(colourMapDigits).join(', ')}, got ${JSON.stringify(name)}.`,
    );
  }
  const digits = colourMapDigits[name];
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}
