import { describe, expect, it } from 'vitest';
import { type ColourMap, colourMapBytes } from './colourMapBytes.js';

describe('colourMapBytes', () => {
  it.each([
    ['cividis', [0, 32, 81], [253, 234, 69]],
    ['viridis', [68, 1, 84], [253, 231, 37]],
  ] as const)('%s goes from its first to its last colour, ever lighter', (name, first, last) => {
    const bytes = colourMapBytes(name);
    expect(bytes).toHaveLength(768);
    expect([...bytes.subarray(0, 3)]).toEqual(first);
    expect([...bytes.subarray(765)]).toEqual(last);
    const lightness = Array.from(
      { length: 256 },
      (_, i) => 0.2126 * (bytes[3 * i] ?? 0) + 0.7152 * (bytes[3 * i + 1] ?? 0) + 0.0722 * (bytes[3 * i + 2] ?? 0),
    );
    for (let i = 8; i < 256; i++) expect(lightness[i]).toBeGreaterThan(lightness[i - 8] ?? NaN);
  });

  it('refuses other names', () => {
    for (const name of ['jet', 'constructor', '']) {
      expect(() => colourMapBytes(name as ColourMap)).toThrow(
        `colourMapBytes: name must be one of viridis, cividis, got "${name}".`,
      );
    }
  });
});
