import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ByteAlphabet } from '../tokenizer/ByteAlphabet.js';
import { TextTokenizer } from '../tokenizer/TextTokenizer.js';
import { fixtures, memoryFolder } from './readFixture.js';

/** Merges of a file of the fixtures, plain or compressed. */
export async function readMerges(name: string): Promise<string[]> {
  const content = await readFile(join(fixtures, 'tokenizers', name));
  const text = name.endsWith('.gz') ? await promisify(gunzip)(content) : content;
  return text.toString('utf8').trimEnd().split('\n');
}

/** The older files of a CLIP tokenizer: ids in CLIP's own order. */
export function clipFiles(merges: readonly string[], config: object = {}): Record<string, string> {
  const bytes = sortedBytes();
  const vocabulary = [
    ...bytes,
    ...bytes.map((character) => `${character}</w>`),
    ...merges.map((merge) => merge.replace(' ', '')),
    '<|startoftext|>',
    '<|endoftext|>',
  ];
  return files(vocabulary, merges, { tokenizer_class: 'CLIPTokenizer', ...config });
}

/** The older files of a RoBERTa tokenizer: special tokens, bytes and merges in this order. */
export function robertaFiles(merges: readonly string[], config: object = {}): Record<string, string> {
  const vocabulary = [
    '<s>',
    '<pad>',
    '</s>',
    '<unk>',
    ...sortedBytes(),
    ...merges.map((merge) => merge.replace(' ', '')),
    '<mask>',
  ];
  return files(vocabulary, merges, { tokenizer_class: 'RobertaTokenizer', ...config });
}

/** CLIP's tokenizer as published. */
export async function loadClip(config: object = {}): Promise<TextTokenizer> {
  return TextTokenizer.load(memoryFolder(clipFiles(await readMerges('clip-merges.txt.gz'), config)));
}

/** A tokenizer with RoBERTa's merges as published, and ids of its own. */
export async function loadRoberta(config: object = {}): Promise<TextTokenizer> {
  return TextTokenizer.load(memoryFolder(robertaFiles(await readMerges('roberta-merges.txt.gz'), config)));
}

/** The characters of bytes, printable ones first, as published vocabularies begin. */
function sortedBytes(): string[] {
  return [...new ByteAlphabet().characters].sort();
}

function files(vocabulary: readonly string[], merges: readonly string[], config: object): Record<string, string> {
  return {
    'vocab.json': JSON.stringify(Object.fromEntries(vocabulary.map((token, id) => [token, id]))),
    'merges.txt': ['#version: 0.2', ...merges, ''].join('\n'),
    'tokenizer_config.json': JSON.stringify(config),
  };
}
