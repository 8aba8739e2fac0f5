/** Which text gives tokens up when a pair is too long. */
export type TruncationStrategy = 'longest_first' | 'only_first' | 'only_second';

/** How many tokens of each text are kept. */
export interface TruncatedLengths {
  readonly first: number;
  readonly second: number;
}

/**
 * How many tokens of each text of a pair are kept.
 *
 * As `truncate_encodings` of tokenizers 0.23.3 (Rust): `longest_first` cuts the longer text down to the other one's length, then both alike,
 * with the odd token left to the longer one.
 *
 * @param first - tokens of the first text
 * @param second - tokens of the second text, or `undefined` without one
 * @param room - tokens that fit, special ones not counted
 * @param strategy - which text gives tokens up
 * @throws RangeError when the text that should give tokens up is not there or would lose all of them
 */
export function truncatedLengths(
  first: number,
  second: number | undefined,
  room: number,
  strategy: TruncationStrategy,
): TruncatedLengths {
  const excess = first + (second ?? 0) - room;
  if (excess <= 0) return { first, second: second ?? 0 };
  // With room for special tokens only, the reference keeps nothing, whatever the strategy.
  if (room === 0) return { first: 0, second: 0 };
  if (strategy === 'longest_first') {
    return second === undefined ? { first: room, second: 0 } : truncateLongest(first, second, room);
  }
  if (strategy === 'only_first') return { first: shorten(first, excess, 'first'), second: second ?? 0 };
  if (second === undefined) {
    throw new RangeError(
      'TextTokenizer: truncation "only_second" must have a second text to cut, got one text. Pass { pair }.',
    );
  }
  return { first, second: shorten(second, excess, 'second') };
}

function truncateLongest(first: number, second: number, room: number): TruncatedLengths {
  const shorter = Math.min(first, second);
  const rest = Math.max(shorter, room - shorter);
  const bothTooLong = shorter + rest > room;
  const lower = bothTooLong ? Math.floor(room / 2) : shorter;
  const upper = bothTooLong ? Math.ceil(room / 2) : rest;
  return first > second ? { first: upper, second: lower } : { first: lower, second: upper };
}

function shorten(length: number, excess: number, which: 'first' | 'second'): number {
  if (length <= excess) {
    throw new RangeError(
      `TextTokenizer: truncation "only_${which}" must leave a token of the ${which} text, got ${length} tokens of which ${excess} ` +
        'are too many. Raise maxLength or use "longest_first".',
    );
  }
  return length - excess;
}
