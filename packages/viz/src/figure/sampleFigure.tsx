import { type JSX } from 'preact';
import { render } from 'preact-render-to-string';
import { pictureAddress } from '../report/pictureAddress.js';
import { type ReportPicture, type ReportSample } from '../report/ReportSample.js';
import { type AttendedWord } from '../text/AttendedWord.js';
import { displayText } from '../text/displayText.js';
import { fixed, formatValue } from '../text/formatNumber.js';
import { type FigureFont, type FigureFonts } from './FigureFont.js';
import { type PlacedWord, wrapWords } from './wrapWords.js';

/** Options of {@link sampleFigure}. */
export interface SampleFigureOptions {
  readonly fonts: FigureFonts;
  /** Pixels; default 1000. */
  readonly width?: number;
}

const MARGIN = 24;
const GAP = 16;
const SIZE = 17;
const LINE = 28;
const MAX_LINES = 14;

/**
 * Draws one prediction as a picture of its own: the image, the image with attention, the words with theirs, truth,
 * prediction and probability.
 *
 * All text is drawn as outlines, so that a machine without fonts draws the same. Always on white.
 *
 * @returns an SVG document
 * @throws `TypeError` for a picture that is neither PNG, JPEG nor a `data:` address of one
 * @throws `RangeError` for a width under 400
 */
export function sampleFigure(sample: ReportSample, { fonts, width = 1000 }: SampleFigureOptions): string {
  if (!(width >= 400)) throw new RangeError(`sampleFigure: width must be at least 400 pixels, got ${width}.`);
  const side = (width - 2 * MARGIN - 2 * GAP) / 3.4;
  const pictures = [sample.image, sample.overlay].filter((picture) => picture !== undefined);
  const textLeft = MARGIN + pictures.length * (side + GAP) + (pictures.length > 0 ? GAP : 0);
  const textWidth = width - textLeft - MARGIN;
  const facts = factsOf(sample);
  const words = sample.words ?? plainWords(sample.text ?? '');
  const { placed, lines } = wrapWords(words, {
    font: fonts.regular,
    size: SIZE,
    maxWidth: textWidth,
    maxLines: MAX_LINES,
  });
  const wordsTop = MARGIN + facts.length * LINE + 20;
  const height = Math.ceil(Math.max(MARGIN + tallest(pictures, side) + LINE, wordsTop + lines * LINE) + MARGIN);
  const largest = words.reduce((max, { weight }) => (Number.isFinite(weight) && weight > max ? weight : max), 0);
  return render(
    <svg
      xmlns="http://www.w3.org/2000/svg"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={facts.map(({ name, value, mark = '' }) => `${name}: ${value}${mark}`).join('; ')}
    >
      <rect width={width} height={height} fill="#ffffff" />
      {pictures.map((picture, index) => (
        <FramedPicture
          key={index}
          picture={picture}
          x={MARGIN + index * (side + GAP)}
          side={side}
          caption={picture === sample.image ? 'the picture' : 'what the model looked at'}
          font={fonts.regular}
        />
      ))}
      {facts.map(({ name, value, mark = '', colour }, index) => {
        const y = MARGIN + index * LINE + SIZE;
        const isBold = index === 0;
        const font = isBold ? fonts.bold : fonts.regular;
        const room = textWidth - 130 - font.width(mark, SIZE);
        return (
          <g key={name} fill={colour}>
            <path d={fonts.regular.outline(name, textLeft, y, SIZE - 3)} fill="#5a616b" />
            <path d={font.outline(`${fit(value, font, room)}${mark}`, textLeft + 130, y, SIZE)} />
          </g>
        );
      })}
      {placed.map((word, index) => (
        <ShadedWord key={index} word={word} left={textLeft} top={wordsTop} largest={largest} font={fonts.regular} />
      ))}
    </svg>,
  );
}

function FramedPicture(props: {
  readonly picture: ReportPicture;
  readonly x: number;
  readonly side: number;
  readonly caption: string;
  readonly font: FigureFont;
}): JSX.Element {
  const { picture, x, side, caption, font } = props;
  const address = pictureAddress(picture);
  const height = shownHeight(picture, side);
  const isTiny = picture.width <= 160 && picture.height <= 160;
  const note = address === null ? 'too large to show' : caption;
  return (
    <g>
      <rect x={x} y={MARGIN} width={side} height={height} fill="#e1e2e0" />
      {address !== null && (
        <image
          href={address}
          x={x}
          y={MARGIN}
          width={side}
          height={height}
          preserveAspectRatio="xMidYMid meet"
          {...(isTiny && { style: 'image-rendering:pixelated' })}
        />
      )}
      <path d={font.outline(note, x, MARGIN + height + 20, SIZE - 4)} fill="#5a616b" />
    </g>
  );
}

function ShadedWord(props: {
  readonly word: PlacedWord;
  readonly left: number;
  readonly top: number;
  readonly largest: number;
  readonly font: FigureFont;
}): JSX.Element {
  const { word, left, top, largest, font } = props;
  const share = largest > 0 && Number.isFinite(word.weight) ? word.weight / largest : 0;
  const [x, y] = [left + word.x, top + word.line * LINE];
  return (
    <g>
      {share > 0 && (
        <rect
          x={x - 2}
          y={y}
          width={word.width + 4}
          height={LINE - 4}
          rx={3}
          fill="#f2b134"
          fill-opacity={share.toFixed(2)}
        />
      )}
      <path d={font.outline(word.text, x, y + SIZE, SIZE)} fill="#1b1d21" />
    </g>
  );
}

interface FigureFact {
  readonly name: string;
  readonly value: string;
  /** Stands after the value and is never cut. */
  readonly mark?: string;
  readonly colour: string;
}

function factsOf(sample: ReportSample): FigureFact[] {
  const { truth, prediction, probability, attention, imageReliance } = sample;
  const [ink, right, wrong] = ['#1b1d21', '#0b62a8', '#b84e00'];
  const isRight = truth === prediction;
  const mark = truth === null ? '' : isRight ? ' (right)' : ' (wrong)';
  const shown = displayText(prediction, 60);
  return [
    {
      name: 'predicted',
      value: shown,
      mark,
      colour: truth === null ? ink : isRight ? right : wrong,
    },
    { name: 'probability', value: formatValue(probability, 'percent'), colour: ink },
    { name: 'truth', value: truth === null ? 'unknown' : displayText(truth, 60), colour: ink },
    ...(attention
      ? [{ name: 'brightest patch', value: formatValue(attention.topWeight, 'percent'), colour: ink }]
      : []),
    ...(imageReliance === undefined
      ? []
      : [{ name: 'image reliance', value: `${fixed(imageReliance, 2)} logits`, colour: ink }]),
  ];
}

function plainWords(text: string): AttendedWord[] {
  return displayText(text, 2000)
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => ({ text: word, weight: 0 }));
}

function fit(value: string, font: FigureFont, room: number): string {
  let shown = value;
  while (shown.length > 1 && font.width(shown, SIZE) > room) shown = `${shown.slice(0, -2)}…`;
  return shown;
}

function shownHeight({ width, height }: ReportPicture, side: number): number {
  return Math.min((side * height) / width, side * 1.5);
}

function tallest(pictures: readonly ReportPicture[], side: number): number {
  return pictures.reduce((max, picture) => Math.max(max, shownHeight(picture, side)), 0);
}
