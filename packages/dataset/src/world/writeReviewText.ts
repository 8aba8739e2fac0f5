import type { RandomStream } from '../random/randomStream.js';
import type { ProductPart, ReviewKind } from './reviewKinds.js';

/** Fewest and most words of a review. */
const REVIEW_WORDS = { least: 6, most: 14 } as const;
const OPENING_SHARE = 0.6;
const CLOSING_SHARE = 0.4;

/** Neutral beginnings, drawn independently of kind and label. */
const openings = [
  'bought this last month',
  'ordered it for my sister',
  'it came on Tuesday',
  'a gift for a friend',
  'my second order from this shop',
  'got mine in the blue box',
  'I use it every day at work',
  'we keep it in the kitchen',
  'my parents wanted one too',
] as const;

/** Neutral ends, drawn independently of kind and label. */
const closings = [
  'delivery took three days',
  'the box was plain',
  'the manual is short',
  'it was on sale',
  'the seller sent a card',
  'the size is as listed',
  'it comes with a cable',
] as const;

const praise = [
  'works perfectly and looks great',
  'I love it and would buy it again',
  'excellent quality for the price',
  'very happy with this purchase',
  'does exactly what it should',
  'better than I expected',
  'a wonderful little product',
  'I recommend it to everyone',
] as const;

const complaint = [
  'stopped working after a week',
  'I want my money back',
  'terrible quality for the price',
  'very disappointed with this purchase',
  'does nothing that it should',
  'worse than I expected',
  'a useless piece of junk',
  'stay away from this one',
] as const;

/** Says nothing: the picture does. */
const ambiguous = [
  'just see the photo',
  'the photo says it all',
  'look at the picture and judge',
  'my photo shows how it arrived',
  'the picture tells the whole story',
  'see for yourself in the photo',
] as const;

/** Names the place to look at, and nothing else. */
const pointing: readonly ((part: ProductPart) => string)[] = [
  (part) => `look at the ${part} in the photo`,
  (part) => `the photo shows what the ${part} is like`,
  (part) => `only the ${part} matters so see the photo`,
  (part) => `judge the ${part} in my picture`,
  (part) => `the state of the ${part} says it all`,
  (part) => `I care about the ${part} and took a picture`,
];

/** Writes a review. Where the picture decides, nothing in the text depends on the label. */
export function writeReviewText(
  kind: ReviewKind,
  isPositive: boolean,
  part: ProductPart | undefined,
  random: RandomStream,
): string {
  const core = writeCore(kind, isPositive, part, random);
  for (;;) {
    const opening = random.next() < OPENING_SHARE ? [random.pick(openings)] : [];
    const closing = random.next() < CLOSING_SHARE ? [random.pick(closings)] : [];
    const sentences = [...opening, core, ...closing];
    const words = sentences.join(' ').split(' ').length;
    if (words >= REVIEW_WORDS.least && words <= REVIEW_WORDS.most) return sentences.map(asSentence).join(' ');
  }
}

function writeCore(kind: ReviewKind, isPositive: boolean, part: ProductPart | undefined, random: RandomStream): string {
  if (kind === 'any damage decides') return random.pick(ambiguous);
  if (kind === 'text names the part' && part) return random.pick(pointing)(part);
  return random.pick(isPositive ? praise : complaint);
}

function asSentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
