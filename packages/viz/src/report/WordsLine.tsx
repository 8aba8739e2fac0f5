import { type JSX } from 'preact';
import { type AttendedWord } from '../text/AttendedWord.js';
import { displayText } from '../text/displayText.js';
import { fixed } from '../text/formatNumber.js';

const MAX_WORDS = 400;
/** Maps beyond this many patches would make the page heavy. */
const MAX_PATCHES = 400;

/** A text whose words are shaded by their weight; the page's script shows each word's own map. */
export function WordsLine({ words }: { readonly words: readonly AttendedWord[] }): JSX.Element {
  const shown = words.slice(0, MAX_WORDS);
  const largest = largestOf(shown.map(({ weight }) => weight));
  const brightest = largestOf(shown.flatMap(({ attention }) => attention?.flat() ?? []));
  return (
    <p class="text words" dir="auto">
      {shown.map((word, index) => (
        <>
          {index > 0 && word.spaceBefore !== false && ' '}
          <span {...shade(word.weight, largest)} {...wordMap(word, brightest)}>
            {displayText(word.text, 60)}
          </span>
        </>
      ))}
      {words.length > MAX_WORDS && <span class="muted"> … and {words.length - MAX_WORDS} more words</span>}
    </p>
  );
}

function shade(weight: number, largest: number): { style?: string; title: string } {
  if (weight < 0) throw new RangeError(`renderReport: word weights must be at least 0, got ${weight}.`);
  if (!Number.isFinite(weight)) return { title: 'weight undefined' };
  const share = largest > 0 ? weight / largest : 0;
  return { style: `--w:${Number(share.toFixed(2))}`, title: `weight ${fixed(weight, 3)}` };
}

/** One byte per patch in hexadecimal: 0 to 255 of the brightest in this text. */
function wordMap({ attention }: AttendedWord, brightest: number): Record<string, string | number> {
  const columns = attention?.[0]?.length ?? 0;
  if (attention === undefined || columns === 0 || columns * attention.length > MAX_PATCHES) return {};
  const bytes = attention.flat().map((weight) => {
    const share = brightest > 0 && weight > 0 && Number.isFinite(weight) ? Math.min(1, weight / brightest) : 0;
    return Math.round(share * 255)
      .toString(16)
      .padStart(2, '0');
  });
  return { 'data-map': bytes.join(''), 'data-columns': columns };
}

function largestOf(values: readonly number[]): number {
  return values.reduce((max, value) => (Number.isFinite(value) && value > max ? value : max), 0);
}
