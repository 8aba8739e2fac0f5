import { type FigureFonts } from './FigureFont.js';
import { parseFigureFont } from './parseFigureFont.js';

/**
 * Loads DejaVu Sans, which comes with this package, for figures that look the same on every machine.
 *
 * Node only: it reads files. Elsewhere, fetch a font and give its bytes to `parseFigureFont`.
 */
export async function loadDejaVuFonts(): Promise<FigureFonts> {
  const [{ readFile }, { createRequire }] = await Promise.all([import('node:fs/promises'), import('node:module')]);
  const require = createRequire(import.meta.url);
  const [regular, bold] = await Promise.all([
    readFile(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')),
    readFile(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf')),
  ]);
  return { regular: parseFigureFont(regular), bold: parseFigureFont(bold) };
}
