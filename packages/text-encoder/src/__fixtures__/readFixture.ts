import { type CheckpointFolder, folderInMemory } from '@crossmodal/weights';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where `fixtures/generate.py` writes. */
export const fixtures = fileURLToPath(new URL('../../fixtures', import.meta.url));

/** A JSON file of the fixtures; the caller knows its form. */
export async function readFixture(name: string): Promise<unknown> {
  return JSON.parse(await readFile(join(fixtures, name), 'utf8'));
}

/** The vocabulary of bert-base-uncased. */
export async function readBertVocabulary(): Promise<string[]> {
  return (await readFile(join(fixtures, 'vocab.txt'), 'utf8')).trimEnd().split('\n');
}

/** Enough of a vocabulary for small tests: the special tokens, then these. */
export function smallVocabulary(...tokens: string[]): string[] {
  return ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...tokens];
}

/** Fragments that tokenizers get wrong, for generated texts. */
export const nastyFragments: readonly string[] = [
  'hello', 'World', 'unaffable', "don't", 'naïve', 'cafe\u0301', 'e\u0301\u0327\u0302', '\u0301', 'ΟΔΟΣ ', 'İ', 'ß', 'ﬁ', '½', '中文', '각', '\u{20000}',
  '\u202e', '\u200b', '\u200d', '\ufeff', '\u00ad', '\0', '\u0001', '\u0085', '\ufffd', '\t', '\n', '\u000b', '\u00a0', '\u2028', '\u3000', ' ', '👩‍👩‍👧‍👦',
  '🏳️‍🌈', '👍🏽', '🇩🇪', '\ud800', '\udc00', '\udc00\ud800', '!', '...', '…', '—', "'s", '$', '_', '#', '##', '[SEP]', '[MASK]', '[CLS', '[UNK]', '\u{10ffff}',
  'x'.repeat(101), '\u{1d165}\u{1d16d}', '\u0344', '\u1fed', '\u2e43', '__proto__', 'constructor', '</script>', '\u001b[31m',
]; // prettier-ignore

/** A folder that is not on a disk. */
export function memoryFolder(files: Readonly<Record<string, string>>): CheckpointFolder {
  return folderInMemory(new Map(Object.entries(files)));
}
