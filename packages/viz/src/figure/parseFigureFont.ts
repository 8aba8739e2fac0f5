import opentype from 'opentype.js';
import { type FigureFont } from './FigureFont.js';

/**
 * Reads a TrueType or OpenType font for figures.
 *
 * Characters that the font lacks become its empty box; scripts that need shaping (Arabic, Devanagari) are set letter by letter.
 *
 * @param bytes - the font file
 * @throws `TypeError` when the bytes are no font, with the reader's error as its cause
 */
export function parseFigureFont(bytes: Uint8Array): FigureFont {
  const font = parse(bytes);
  // Ligatures and kerning would need the glyph substitution tables that some fonts break on.
  const options = { kerning: true, features: { liga: false, rlig: false } };
  return {
    width: (text, size) => font.getAdvanceWidth(text, size, options),
    outline: (text, x, y, size) => font.getPath(text, x, y, size, options).toPathData(2),
  };
}

function parse(bytes: Uint8Array): opentype.Font {
  try {
    return opentype.parse(bytes.slice().buffer);
  } catch (cause) {
    throw new TypeError(`parseFigureFont: bytes must be a TrueType or OpenType font, got ${bytes.length} bytes.`, {
      cause,
    });
  }
}
