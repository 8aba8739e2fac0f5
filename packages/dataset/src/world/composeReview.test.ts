import { describe, expect, it } from 'vitest';

import { composeReview, type ComposedReview } from './composeReview.js';
import { WORLD_IMAGE_SIZE, type Box } from './drawReviewImage.js';
import { planReviews } from './planReviews.js';
import { productParts, reviewKinds, type ProductPart, type ReviewKind } from './reviewKinds.js';
import { worldCeilings } from './worldCeilings.js';

const SEED = 2026;
const plan = planReviews(SEED, { train: 1000, validation: 100, test: 200 });
const reviews = plan.map((planned) => composeReview(SEED, planned));
const ofKind = (kind: ReviewKind): ComposedReview[] => reviews.filter((review) => review.kind === kind);

/** Whether a pixel has the colour of a mark's rim or core; no part, background or grain comes near either. */
function isMarkPixel({ data }: { data: Uint8Array }, x: number, y: number): boolean {
  const [r = 0, g = 0, b = 0] = data.subarray((y * WORLD_IMAGE_SIZE + x) * 3);
  const isRim = r >= 243 && g >= 118 && g <= 142 && b <= 32;
  const isCore = r <= 27 && g <= 22 && b <= 22;
  return isRim || isCore;
}

function isInside(x: number, y: number, box: Box): boolean {
  return x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height;
}

function everyPixel(): { x: number; y: number }[] {
  return Array.from({ length: WORLD_IMAGE_SIZE ** 2 }, (_, i) => ({
    x: i % WORLD_IMAGE_SIZE,
    y: Math.floor(i / WORLD_IMAGE_SIZE),
  }));
}

/** The best a guesser can do who knows only this about each review: for each value, the label that is more frequent. */
function bestGuess(known: (review: ComposedReview) => string): number {
  const counts = new Map<string, { negative: number; positive: number }>();
  for (const review of reviews) {
    const own = counts.get(known(review)) ?? { negative: 0, positive: 0 };
    own[review.label]++;
    counts.set(known(review), own);
  }
  return (
    [...counts.values()].reduce((sum, { negative, positive }) => sum + Math.max(negative, positive), 0) / reviews.length
  );
}

describe('planReviews', () => {
  const full = planReviews(SEED, { train: 5000, validation: 500, test: 1000 });

  it.each([
    ['train', 5000],
    ['validation', 500],
    ['test', 1000],
  ] as const)('has exact shares of kinds, flips and states in %s', (split, size) => {
    const own = full.filter((review) => review.split === split);
    expect(own).toHaveLength(size);
    const shares = reviewKinds.map((kind) => own.filter((review) => review.kind === kind).length / size);
    expect(shares).toEqual([0.25, 0.25, 0.2, 0.3]);
    expect(own.filter(({ isFlipped }) => isFlipped)).toHaveLength(0.03 * size);
    for (const kind of reviewKinds) {
      const states = own.filter((review) => review.kind === kind);
      expect(Math.abs(states.filter(({ isSound }) => isSound).length - states.length / 2)).toBeLessThanOrEqual(0.5);
    }
  });

  it('numbers reviews through the splits, in random order', () => {
    expect(full.map(({ index }) => index)).toEqual(full.map((_, i) => i));
    expect(new Set(full.slice(0, 40).map(({ kind }) => kind)).size).toBe(4);
  });

  it('flips independently of the kind', () => {
    for (const kind of reviewKinds) {
      const own = full.filter((review) => review.kind === kind);
      expect(Math.abs(own.filter(({ isFlipped }) => isFlipped).length / own.length - 0.03)).toBeLessThan(0.012);
    }
  });
});

describe('composeReview', () => {
  it('is a pure function of seed and plan', () => {
    const [first] = plan;
    expect(composeReview(SEED, first!)).toEqual(reviews[0]);
    expect(composeReview(SEED + 1, first!).image.data).not.toEqual(reviews[0]!.image.data);
  });

  it('labels by the state of the product, but for the flipped 3%', () => {
    expect(reviews.every(({ isSound, isFlipped, label }) => (label === 'positive') === (isSound !== isFlipped))).toBe(
      true,
    );
  });

  it('decides by any damage where the text is ambiguous', () => {
    for (const { isSound, damaged, decisiveBoxes } of ofKind('any damage decides')) {
      expect(damaged.length === 0).toBe(isSound);
      expect(decisiveBoxes).toHaveLength(damaged.length);
    }
  });

  it('decides by the named part alone where the text names one; others are damaged in 40%, whatever the label', () => {
    const own = ofKind('text names the part');
    for (const { part, damaged, isSound, text, decisiveBoxes } of own) {
      expect(text).toContain(part!);
      for (const other of productParts) if (other !== part) expect(text).not.toContain(other);
      expect(damaged.includes(part!)).toBe(!isSound);
      expect(decisiveBoxes).toHaveLength(1);
    }
    for (const isSound of [true, false]) {
      const alike = own.filter((review) => review.isSound === isSound);
      const others = alike.flatMap(({ part, damaged }) => damaged.filter((other) => other !== part)).length;
      expect(Math.abs(others / (3 * alike.length) - 0.4)).toBeLessThan(0.05);
    }
  });

  it('has pictures that say nothing where the text decides', () => {
    expect(ofKind('text decides').every(({ decisiveBoxes }) => decisiveBoxes.length === 0)).toBe(true);
    const damagedShare = (isSound: boolean): number => {
      const own = ofKind('text decides').filter((review) => review.isSound === isSound);
      return own.filter(({ damaged }) => damaged.length > 0).length / own.length;
    };
    expect(Math.abs(damagedShare(true) - damagedShare(false))).toBeLessThan(0.16);
    for (const { image, damaged, decisiveBoxes } of ofKind('image is clutter')) {
      expect([Object.keys(image.parts), damaged, decisiveBoxes]).toEqual([[], [], []]);
    }
  });

  it('shows a mark exactly where a part is damaged: by its pixels', () => {
    const pixels = everyPixel();
    for (const { image, damaged } of reviews.filter(({ kind }) => kind !== 'image is clutter').slice(0, 400)) {
      expect(Object.keys(image.marks)).toEqual(damaged);
      const boxes = Object.values(image.marks);
      const marked = pixels.filter(({ x, y }) => isMarkPixel(image, x, y));
      expect(marked).toHaveLength(boxes.reduce((sum, { width, height }) => sum + width * height, 0));
      expect(marked.every(({ x, y }) => boxes.some((box) => isInside(x, y, box)))).toBe(true);
    }
  });

  it('has decisive boxes that hold the mark, or the whole sound part', () => {
    for (const { kind, part, isSound, image, decisiveBoxes } of reviews) {
      if (kind === 'any damage decides') expect(decisiveBoxes).toEqual(Object.values(image.marks));
      if (kind !== 'text names the part') continue;
      expect(decisiveBoxes).toEqual([isSound ? image.parts[part!] : image.marks[part!]]);
      const [box] = decisiveBoxes;
      const marked = everyPixel().filter(({ x, y }) => isInside(x, y, box!) && isMarkPixel(image, x, y));
      expect(marked).toHaveLength(isSound ? 0 : box!.width * box!.height);
    }
  });

  it('draws four parts that do not touch, with marks of 8 to 10 pixels inside them', () => {
    for (const { image, kind } of reviews.slice(0, 300)) {
      if (kind === 'image is clutter') continue;
      const boxes = Object.values(image.parts);
      expect(boxes).toHaveLength(4);
      for (const [i, a] of boxes.entries()) {
        expect([a.width, a.height, a.x >= 0, a.y >= 0, a.x + a.width <= 48, a.y + a.height <= 48]).toEqual([
          13,
          13,
          true,
          true,
          true,
          true,
        ]);
        for (const b of boxes.slice(i + 1)) expect(Math.abs(a.x - b.x) > 13 || Math.abs(a.y - b.y) > 13).toBe(true);
      }
      for (const [part, mark] of Object.entries(image.marks)) {
        const box = image.parts[part as ProductPart]!;
        expect(mark.width).toBe(mark.height);
        expect([8, 9, 10]).toContain(mark.width);
        expect(isInside(mark.x, mark.y, box) && isInside(mark.x + mark.width - 1, mark.y + mark.height - 1, box)).toBe(
          true,
        );
      }
    }
  });

  it('writes 6 to 14 words without a comma or a quote', () => {
    for (const { text } of reviews) {
      const words = text.split(' ').length;
      expect(words).toBeGreaterThanOrEqual(6);
      expect(words).toBeLessThanOrEqual(14);
      expect(text).toMatch(/^[A-Z][A-Za-z .]+\.$/);
    }
  });
});

describe('the ceilings of the world', () => {
  const stated = worldCeilings();

  it('are about 0.71 from text alone and 0.97 from both', () => {
    expect(stated.text).toBeCloseTo(0.7115, 10);
    expect(stated.both).toBeCloseTo(0.97, 10);
    expect(stated.textWhereItNamesThePart).toBe(0.5);
    expect(stated.image).toBeGreaterThan(0.6);
    expect(stated.image).toBeLessThan(stated.text);
  });

  it('are those of counting: text by kind and state, as the words show them', () => {
    const fromText = ({ kind, isSound, part }: ComposedReview): string =>
      kind === 'text decides' || kind === 'image is clutter' ? `${isSound}` : `${kind} ${part ?? ''}`;
    expect(Math.abs(bestGuess(fromText) - stated.text)).toBeLessThan(0.02);
  });

  it('are those of counting: image by what it shows', () => {
    const fromImage = ({ kind, damaged }: ComposedReview): string =>
      kind === 'image is clutter' ? 'clutter' : String(damaged.length);
    expect(Math.abs(bestGuess(fromImage) - stated.image)).toBeLessThan(0.03);
  });

  it('are those of counting: both', () => {
    const fromBoth = ({ kind, isSound, part, damaged }: ComposedReview): string => {
      if (kind === 'any damage decides') return `${kind} ${damaged.length > 0}`;
      if (kind === 'text names the part') return `${kind} ${damaged.includes(part!)}`;
      return `${kind} ${isSound}`;
    };
    expect(bestGuess(fromBoth)).toBeCloseTo(0.97, 10);
  });

  it.each(['any damage decides', 'text names the part'] as const)('no word tells the label where %s', (kind) => {
    const own = ofKind(kind);
    const words = new Set(own.flatMap(({ text }) => text.toLowerCase().match(/[a-z]+/g) ?? []));
    for (const word of words) {
      const having = own.filter(({ text }) => new RegExp(`\\b${word}\\b`, 'i').test(text));
      if (having.length < 12) continue;
      const share = having.filter(({ isSound }) => isSound).length / having.length;
      // Five standard deviations of a fair coin: no word may lean, over some seventy words.
      expect(Math.abs(share - 0.5), word).toBeLessThan(2.5 / Math.sqrt(having.length));
    }
  });

  it('the text of those kinds does not change when the state does', () => {
    for (const planned of plan
      .filter(({ kind }) => kind === 'any damage decides' || kind === 'text names the part')
      .slice(0, 60)) {
      const turned = composeReview(SEED, { ...planned, isSound: !planned.isSound, isFlipped: !planned.isFlipped });
      expect(turned.text).toBe(reviews[planned.index]!.text);
    }
  });

  it('the words of the other kinds do tell it', () => {
    const cores = new Map<string, Set<boolean>>();
    for (const { text, isSound } of [...ofKind('text decides'), ...ofKind('image is clutter')]) {
      const core =
        /works perfectly|buy it again|xcellent quality|very happy|exactly what|better than|wonderful|recommend|stopped working|money back|errible quality|disappointed|does nothing|worse than|useless|tay away/i.exec(
          text,
        )?.[0] ?? 'none';
      cores.set(core.toLowerCase(), (cores.get(core.toLowerCase()) ?? new Set()).add(isSound));
    }
    expect(cores.has('none')).toBe(false);
    expect([...cores.values()].every((states) => states.size === 1)).toBe(true);
  });
});
