import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePng } from '@crossmodal/dataset';
import type { TrainConfigInput } from '../../config/TrainConfig.js';

/** One row of a data file and its picture. */
export interface TestRow {
  readonly id: string;
  readonly text: string;
  readonly label: string;
  readonly split: 'train' | 'validation' | 'test';
  /** Bytes of an image file, `missing` for a file that is not there; default a small picture of its own. */
  readonly image?: Uint8Array | 'missing';
}

/** Writes rows as JSON lines with their pictures, and gives the settings of a tiny model on them. */
export async function writeRows(folder: string, rows: readonly TestRow[]): Promise<TrainConfigInput> {
  mkdirSync(join(folder, 'images'), { recursive: true });
  const lines: string[] = [];
  for (const [index, { image, ...row }] of rows.entries()) {
    const name = `images/${index}.bin`;
    if (image !== 'missing') writeFileSync(join(folder, name), image ?? (await picture(index)));
    lines.push(JSON.stringify({ ...row, image_path: name }));
  }
  const data = join(folder, 'rows.jsonl');
  writeFileSync(data, `${lines.join('\n')}\n`);
  return {
    data,
    idColumn: 'id',
    splitColumn: 'split',
    imageSize: 48,
    patchSize: 16,
    hiddenSize: 16,
    intermediateSize: 16,
    numAttentionHeads: 2,
    batchSize: 4,
    project: join(folder, 'runs'),
  };
}

/** Rows whose texts say "good bad" as often as is said, with both labels in turn: first those for training, then those for the test. */
export function repeatedWords(sizes: { readonly train: number; readonly test: number }, timesOf: (row: number) => number): TestRow[] {
  return Array.from({ length: sizes.train + sizes.test }, (_, i) => ({
    id: `row ${i}`,
    text: 'good bad '.repeat(timesOf(i)),
    label: i % 2 ? 'good' : 'bad',
    split: i < sizes.train ? 'train' : 'test',
  }));
}

function picture(seed: number): Promise<Uint8Array> {
  const [width, height] = [32, 24];
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7 + seed * 61 + (i % 5) * seed) % 256);
  return encodePng({ data, width, height });
}
