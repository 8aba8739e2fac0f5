/** A font that turns text into outlines. */
export interface FigureFont {
  /** Width of a text in pixels at a font size in pixels. */
  readonly width: (text: string, size: number) => number;
  /** SVG path data of a text whose baseline starts at `(x, y)`. */
  readonly outline: (text: string, x: number, y: number, size: number) => string;
}

/** The two weights that a figure is set in. */
export interface FigureFonts {
  readonly regular: FigureFont;
  readonly bold: FigureFont;
}
