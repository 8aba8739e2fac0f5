import { describe, expect, it } from 'vitest';
import { exampleSample, patternImage, pngPicture } from '../__fixtures__/exampleReport.js';
import { hostileTexts } from '../__fixtures__/hostileTexts.js';
import { rasterize } from '../__fixtures__/rasterize.js';
import { loadDejaVuFonts } from './loadDejaVuFonts.js';
import { parseFigureFont } from './parseFigureFont.js';
import { sampleFigure } from './sampleFigure.js';
import { wrapWords } from './wrapWords.js';

const fonts = await loadDejaVuFonts();
const sample = await exampleSample();

describe('sampleFigure', () => {
  it('is the picture that was reviewed, each time', async () => {
    const svg = sampleFigure(sample, { fonts, width: 800 });
    expect(sampleFigure(sample, { fonts, width: 800 })).toBe(svg);
    await expect(`${svg}\n`).toMatchFileSnapshot('./__snapshots__/sampleFigure.svg');
  });

  it('draws text as outlines, so that no font is asked for', () => {
    const svg = sampleFigure(sample, { fonts });
    expect(svg).not.toMatch(/<text|font-family|<style|url\(/);
    expect(svg.match(/<path/g)!.length).toBeGreaterThan(10);
  });

  it('shows both pictures, in their proportions and crisp when they are tiny', async () => {
    const svg = sampleFigure(sample, { fonts, width: 800 });
    const { rgb, width } = await rasterize(svg);
    expect(width).toBe(800);
    const image = patternImage(12, 8);
    const side = (800 - 2 * 24 - 2 * 16) / 3.4;
    for (const [x, y] of [
      [0, 0],
      [11, 7],
      [5, 3],
    ] as const) {
      // prettier-ignore
      const at = (y * 12 + x) * 3;
      const drawn = rgb(Math.floor(24 + ((x + 0.5) / 12) * side), Math.floor(24 + ((y + 0.5) / 8) * ((side * 8) / 12)));
      expect(drawn, `${x}, ${y}`).toEqual([...image.data.subarray(at, at + 3)]);
    }
    const photo = await pngPicture(patternImage(400, 100));
    expect(sampleFigure({ ...sample, image: photo }, { fonts })).toMatch(/<image[^>]*height="67\.[\d]+"/);
  });

  it('shades the word with the most attention most', async () => {
    const svg = sampleFigure(sample, { fonts, width: 800 });
    expect([...svg.matchAll(/fill-opacity="([\d.]+)"/g)].map(([, opacity]) => opacity)).toEqual(['0.17', '1.00']);
    await rasterize(svg);
  });

  it('says in words what it shows', () => {
    expect(sampleFigure(sample, { fonts })).toContain(
      'aria-label="predicted: positive (right); probability: 97.3%; truth: positive; brightest patch: 60.0%; image reliance: 2.30 logits"',
    );
    expect(sampleFigure({ ...sample, truth: 'negative' }, { fonts })).toContain(
      'positive (wrong); probability: 97.3%; truth: negative',
    );
    expect(sampleFigure({ ...sample, truth: null }, { fonts })).toContain(
      'positive; probability: 97.3%; truth: unknown',
    );
  });

  it('does without pictures, words and numbers', async () => {
    for (const text of ['', 'Plain text.', 'word '.repeat(5000)]) {
      const { height } = await rasterize(
        sampleFigure({ id: '1', truth: null, prediction: 'a', probability: NaN, text }, { fonts }),
      );
      expect(height).toBeLessThan(600);
    }
  });

  it.each(hostileTexts)('draws %j harmlessly', async (hostile) => {
    const words = [{ text: hostile, weight: 1 }, { text: hostile, weight: NaN, spaceBefore: false }]; // prettier-ignore
    const svg = sampleFigure({ ...sample, prediction: hostile, truth: hostile, words }, { fonts });
    await rasterize(svg);
    expect(svg).not.toMatch(/<(?:script|img|foreignObject|style)|NaN/);
    expect(svg.length).toBeLessThan(400_000);
  });

  it.each([399, NaN])('refuses a width of %d', (width) => {
    expect(() => sampleFigure(sample, { fonts, width })).toThrow(
      `sampleFigure: width must be at least 400 pixels, got ${width}.`,
    );
  });
});

describe('parseFigureFont', () => {
  it('measures and outlines text', () => {
    const { width, outline } = fonts.regular;
    expect(width('handle', 20)).toBeCloseTo(2 * width('handle', 10), 6);
    expect(fonts.bold.width('handle', 20)).toBeGreaterThan(width('handle', 20));
    expect(outline('l', 100, 50, 20)).toMatch(/^M10\d/);
    expect(outline('', 0, 0, 10)).toBe('');
  });

  it('refuses what is no font', () => {
    expect(() => parseFigureFont(Uint8Array.of(1, 2, 3))).toThrow(TypeError);
    expect(() => parseFigureFont(Uint8Array.of(1, 2, 3))).toThrow(
      'parseFigureFont: bytes must be a TrueType or OpenType font, got 3 bytes.',
    );
  });
});

describe('wrapWords', () => {
  const font = { width: (text: string) => text.length, outline: () => '' };
  const wrap = (words: readonly string[], maxWidth: number, maxLines = 9) =>
    wrapWords(
      words.map((text) => ({ text: text.replace('+', ''), weight: 1, spaceBefore: !text.startsWith('+') })),
      { font, size: 1, maxWidth, maxLines },
    ).placed.map(({ text, line, x }) => `${text}@${line},${x}`);

  it('breaks lines at words', () => {
    expect(wrap(['one', 'two', 'three'], 7)).toEqual(['one@0,0', 'two@0,4', 'three@1,0']);
  });

  it('keeps together what no space separates, unless no line can hold it', () => {
    expect(wrap(['one', 'two', '+!'], 7)).toEqual(['one@0,0', 'two@1,0', '!@1,3']);
    expect(wrap(['abcd', '+efgh'], 6)).toEqual(['abcd@0,0', 'efgh@1,0']);
  });

  it('cuts a word that is wider than a line, and a text with too many lines', () => {
    expect(wrap(['abcdefgh'], 4)).toEqual(['abc…@0,0']);
    expect(wrap(['one', 'two', 'six', 'ten'], 3, 2)).toEqual(['one@0,0', 'two@1,0', '…@1,3']);
    expect(wrap([], 3)).toEqual([]);
  });
});
