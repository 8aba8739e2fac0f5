import { checkDataset, type DatasetCheck, type NumberSummary } from '@crossmodal/dataset';
import type { Command } from 'commander';
import type { Terminal } from '../cli/Terminal.js';
import { formatTable } from '../terminal/formatTable.js';

interface CheckFlags {
  readonly textColumn: string;
  readonly imageColumn: string;
  readonly labelColumn: string;
  readonly splitColumn?: string;
  readonly encoding: string;
  readonly delimiter?: string;
  readonly allowOutside?: boolean;
  readonly json?: boolean;
}

/** Rows and images listed one by one before the rest is only counted. */
const LISTED = 10;

/** `crossmodal check`: what a data file holds, before training on it. */
export function addCheckCommand(program: Command, terminal: Terminal): void {
  program
    .command('check')
    .description('look at a data file before training: rows, labels, texts, images, duplicates')
    .argument('<file>', 'CSV or JSONL file')
    .option('--text-column <name>', 'column that holds the text', 'text')
    .option('--image-column <name>', 'column that holds the image path', 'image_path')
    .option('--label-column <name>', 'column that holds the label', 'label')
    .option('--split-column <name>', 'column with train / validation / test')
    .option('--encoding <name>', 'text encoding of the file', 'utf-8')
    .option('--delimiter <character>', 'column delimiter (default: detected from the header)')
    .option('--allow-outside', 'allow image paths outside the folder of the data file')
    .option('--json', 'print one JSON document')
    .action(async (path: string, { json, ...columns }: CheckFlags) => {
      const found = await checkDataset(path, {
        ...columns,
        onProgress: ({ done, total }) =>
          terminal.reporter.report({ type: 'progress', task: 'looking at images', done, total, unit: 'images' }),
      });
      terminal.print(json ? JSON.stringify(found, null, 2) : describeCheck(found).join('\n\n'));
    });
}

function describeCheck(found: DatasetCheck): string[] {
  const { report, rowsUsed, images, warnings } = found;
  const skipped = Object.entries(report.skippedByReason).map(([reason, count]) => `${count} ${reason}`);
  const unreadable = images.unreadable.map(({ line, message }) => `  line ${line}: ${message}`);
  return [
    [
      `rows read ${report.rowsRead} = usable ${rowsUsed} + skipped ${report.rowsRead - rowsUsed}` +
        (skipped.length > 0 ? ` (${skipped.join(', ')})` : ''),
      ...firstOf(
        report.skipped.map(({ line, reason, detail }) => `  line ${line}: ${reason}${detail ? `, ${detail}` : ''}`),
      ),
    ].join('\n'),
    describeLabels(found),
    formatTable(
      ['', 'min', 'median', '95%', 'max'],
      [
        ...(found.text
          ? [
              ['characters per text', ...cells(found.text.characters)],
              ['words per text', ...cells(found.text.words)],
            ]
          : []),
        ...(images.width && images.height
          ? [
              ['image width in pixels', ...cells(images.width)],
              ['image height in pixels', ...cells(images.height)],
            ]
          : []),
      ],
    ),
    [
      `image files ${images.files}: ${Object.entries(images.formats)
        .map(([format, count]) => `${count} ${format}`)
        .join(', ')}; rows without an image ${images.rowsWithout}; unreadable ${images.unreadable.length}`,
      ...firstOf(unreadable),
    ].join('\n'),
    `rows that repeat an earlier one ${found.duplicates.rows}; contents in more than one split ` +
      `${found.duplicates.acrossSplits}; contents with more than one label ${found.duplicates.withOtherLabel}`,
    warnings.length > 0
      ? ['look at:', ...warnings.map((warning) => `  - ${warning}`)].join('\n')
      : 'nothing to warn about',
  ];
}

function describeLabels({ labels, splits }: DatasetCheck): string {
  const splitNames = splits ? (['train', 'validation', 'test'] as const) : [];
  return formatTable(
    ['label', 'rows', 'share', ...splitNames],
    labels.map((own) => [
      own.label.slice(0, 40),
      String(own.samples),
      `${(own.share * 100).toFixed(1)}%`,
      ...splitNames.map((name) => String(own.splits?.[name] ?? 0)),
    ]),
  );
}

function cells({ min, median, p95, max }: NumberSummary): string[] {
  return [min, median, p95, max].map(String);
}

function firstOf(lines: readonly string[]): string[] {
  const more = lines.length - LISTED;
  return [...lines.slice(0, LISTED), ...(more > 0 ? [`  and ${more} more`] : [])];
}
