import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fixtures } from './readFixture.js';

/** The lines of `tokenizers/texts.txt`: prose of this project in many languages. */
export async function readProse(): Promise<string[]> {
  return (await readFile(join(fixtures, 'tokenizers/texts.txt'), 'utf8')).trimEnd().split('\n');
}

/** Numbers in [0, 1) by mulberry32, https://github.com/cprosche/mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Texts that tokenizers get wrong, made of characters of many scripts, marks, control characters, emoji, digits, contractions, addresses, long
 * words, special tokens and stretches of prose.
 *
 * @param count - how many
 * @param seed - the same texts for the same seed
 * @param prose - to take stretches from
 */
export function nastyTexts(count: number, seed: number, prose: readonly string[]): string[] {
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T;
  const several = (limit: number, make: () => string): string =>
    Array.from({ length: 1 + below(limit) }, make).join('');
  const fromBlock = (): string => {
    const [first, last] = pick(blocks);
    return several(6, () => String.fromCodePoint(first + below(last - first + 1)));
  };
  const stretch = (): string => {
    const line = pick(prose);
    const start = below(line.length);
    const text = line.slice(start, start + 1 + below(40));
    return random() < 0.2 ? text.toUpperCase() : text;
  };
  const makers: readonly (() => string)[] = [
    fromBlock, fromBlock, stretch, stretch, stretch,
    () => pick(fragments),
    () => pick(fragments),
    () => several(4, () => pick(marks)),
    () => several(3, () => pick(spaces)),
    () => several(5, () => String(below(10))),
    () => pick(specialTokens),
    () => several(40, () => pick('abcdefghijklmnopqrstuvwxyz'.split(''))),
    () => String.fromCodePoint(0x20 + below(0x10ffe0)),
  ]; // prettier-ignore
  return Array.from({ length: count }, () => several(9, () => (random() < 0.4 ? ' ' : '') + pick(makers)()));
}

/** First and last character of blocks of Unicode. */
const blocks: readonly (readonly [number, number])[] = [
  [0, 0x1f], [0x20, 0x7e], [0x20, 0x7e], [0x7f, 0xa0], [0xa1, 0xff], [0x100, 0x24f], [0x250, 0x2ff], [0x370, 0x3ff], [0x400, 0x52f],
  [0x530, 0x58f], [0x590, 0x5ff], [0x600, 0x6ff], [0x700, 0x74f], [0x900, 0x97f], [0x980, 0x9ff], [0xb80, 0xbff], [0xe00, 0xe7f],
  [0xf00, 0xfff], [0x1000, 0x109f], [0x10a0, 0x10ff], [0x1100, 0x11ff], [0x1100, 0x1112], [0x1200, 0x137f], [0x13a0, 0x13ff],
  [0x1680, 0x169f], [0x1780, 0x17ff], [0x1800, 0x18af], [0x1c90, 0x1cbf], [0x1dc0, 0x1dff], [0x1e00, 0x1eff], [0x1f00, 0x1fff],
  [0x2000, 0x206f], [0x2070, 0x20cf], [0x20d0, 0x20ff], [0x2100, 0x218f], [0x2190, 0x23ff], [0x2460, 0x24ff], [0x2600, 0x27bf],
  [0x2e00, 0x2fff], [0x3000, 0x303f], [0x3040, 0x30ff], [0x3100, 0x33ff], [0x3400, 0x4dbf], [0x4e00, 0x9fff], [0xa640, 0xa69f],
  [0xa700, 0xa7ff], [0xaae0, 0xabff], [0xac00, 0xd7a3], [0xd7b0, 0xd7ff], [0xd800, 0xdfff], [0xe000, 0xf8ff], [0xf900, 0xfaff],
  [0xfb00, 0xfb4f], [0xfe00, 0xfe2f], [0xff00, 0xffef], [0xfff0, 0xffff], [0x10400, 0x1044f], [0x105c0, 0x105ff], [0x10d40, 0x10d8f],
  [0x11000, 0x110cf], [0x11300, 0x113ff], [0x11900, 0x1195f], [0x16100, 0x1613f], [0x16d40, 0x16d7f], [0x1d100, 0x1d1ff],
  [0x1d400, 0x1d7ff], [0x1e000, 0x1e02f], [0x1e900, 0x1e95f], [0x1f000, 0x1f1ff], [0x1f300, 0x1faff], [0x20000, 0x2a6df],
  [0x2f800, 0x2fa1f], [0x30000, 0x323af], [0xe0000, 0xe01ef], [0xf0000, 0xf00ff], [0x10ff00, 0x10ffff],
]; // prettier-ignore

const fragments: readonly string[] = [
  'hello', 'World', 'unaffable', "don't", "I'LL", "'s", "'S", "'t", "'re", "'ve", "'m", "'ll", "'d", "''s", "x's'd", 'naïve', 'Ångström',
  'cafe\u0301', 'e\u0301\u0327\u0302', 'a\u0328\u0301', 'ΟΔΟΣ', 'İ', 'ẞß', 'ﬁ', 'Ǆ', 'Å', '각', '\u1100\u1161\u11a8', '\u0344', '\u0958', '\u2adc', '\u{1d15e}',
  '\u{11935}\u{11930}', '\u{105d2}\u0307', 'ा\u0901', '\u302e\u302a', '\u{1d165}\u{1d16d}', '中文', '漢字かな', '한국어', '\u{20000}', 'ไทย', 'עִבְרִית', 'العربية',
  '\u202e', '\u200b', '\u200c', '\u200d', '\ufeff', '\u00ad', '\0', '\u0001', '\u007f', '\u0085', '\ufffd', '\ud83d', '\udc4d', '\r\n', '👩‍👩‍👧‍👦', '🏳️‍🌈', '👍🏽', '🇩🇪🇫🇷',
  '👁️', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '1️⃣', '❤️', '☕', '!', '?!', '...', '…', '—', '«x»', '$5.99', '50%', '1,000,000', '３４', 'Ⅷ', '½', '²', '٣', 'a_b', '__init__', 'x=y', '#tag', '@me',
  'http://a.b/c?d=e&f', 'a.b@c.org', 'C++', '\\n', '</w>', 'a</w>', '##', '##ing', 'Ġ', 'Ċ', '▁', '\u0120a', '<', '|>', '{[(', '"\'"',
]; // prettier-ignore

const marks: readonly string[] = [
  '\u0300', '\u0301', '\u0302', '\u0303', '\u0304', '\u0307', '\u0308', '\u0315', '\u031b', '\u0323', '\u0327', '\u0328', '\u0330', '\u0334', '\u0338',
  '\u0345', '\u034f', '\u05b0', '\u05bc', '\u0651', '\u064b', '\u0670', '\u093c', '\u094d', '\u09bc', '\u0b3e', '\u0e38', '\u0f71', '\u0f72', '\u1dc4', '\u1dfa',
  '\u20d0', '\u302a', '\u302e', '\u3099', '\u309a', '\ufe0f', '\ufe20', '\u{1d165}', '\u{1d16d}', '\u{1e8d0}', '\u{1e94a}', '\u{10f46}', '\u{1e2ec}',
]; // prettier-ignore

const spaces: readonly string[] = [
  ' ', ' ', '  ', '\t', '\n', '\r', '\u000b', '\u000c', '\u001c', '\u001f', '\u0085', '\u00a0', '\u1680', '\u180e', '\u2003', '\u2028', '\u2029', '\u202f', '\u205f',
  '\u3000', '\u200b',
]; // prettier-ignore

const specialTokens: readonly string[] = [
  '[CLS]', '[SEP]', '[MASK]', '[PAD]', '[UNK]', '[mask]', '[MASK', '<s>', '</s>', '<pad>', '<unk>', '<mask>', ' <mask> ', '<MASK>', '<s', '<|startoftext|>',
  '<|endoftext|>', '<|EndOfText|>', '<|startoftext|', ' <|startoftext|>\n',
]; // prettier-ignore
