import {
  DatasetError,
  fetchImages,
  planImageFetch,
  type FetchImagesOptions,
  type FetchPlan,
  type FetchReport,
} from '@crossmodal/dataset';
import type { Command } from 'commander';
import { parseCount, parsePositive } from '../cli/parseCount.js';
import type { Terminal } from '../cli/Terminal.js';
import { programVersion } from '../run/environment.js';
import { formatBytes } from '../terminal/formatBytes.js';
import { formatTable } from '../terminal/formatTable.js';

interface FetchFlags {
  readonly column: string;
  readonly out?: string;
  readonly encoding: string;
  readonly delimiter?: string;
  readonly concurrency: number;
  readonly perHost: number;
  readonly delay: number;
  readonly timeout: number;
  readonly maxTime: number;
  readonly maxBytes: number;
  readonly retries: number;
  readonly retryFailed?: boolean;
  readonly allowPrivate?: boolean;
  readonly allowDowngrade?: boolean;
  readonly userAgent: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Hosts named one by one before the rest is only counted. */
const LISTED = 10;

const MORE_HELP = `
Each address is asked once; a stopped or killed run is gone on with by the same command. Addresses that answered
404 or with something that is no image are not asked again, unless you pass --retry-failed. robots.txt is not read.
Exit codes: 0 every image is there, 3 some are not (the new file has an empty cell for them), 130 stopped.

Example:
  $ crossmodal images fetch posts.csv --column image_url && crossmodal train --data posts-local.csv --image-column image_url
`;

/** `crossmodal images fetch`: downloads the images that a CSV file names by address. */
export function addImagesCommand(program: Command, terminal: Terminal): void {
  const images = program.command('images').description('get the images of a data file');
  images
    .command('fetch')
    .description('download the images whose addresses a CSV file holds; writes NAME-local.csv and NAME-images')
    .argument('<file>', 'CSV file with http or https addresses in one column')
    .option('--column <name>', 'column that holds the addresses', 'image_path')
    .option('--out <folder>', 'folder for the new file and the images (default: that of the file)')
    .option('--encoding <name>', 'text encoding of the file; the new one is UTF-8', 'utf-8')
    .option('--delimiter <character>', 'column delimiter (default: detected from the header)')
    .option('--concurrency <count>', 'images at once', parsePositive, 8)
    .option('--per-host <count>', 'images at once from one host', parsePositive, 2)
    .option('--delay <milliseconds>', 'least time between two requests to one host', parseCount, 100)
    .option('--timeout <seconds>', 'give up a try after so long without a byte', parsePositive, 30)
    .option('--max-time <seconds>', 'give up a try after so long in all', parsePositive, 300)
    .option('--max-bytes <bytes>', 'refuse larger images', parsePositive, 20_000_000)
    .option('--retries <count>', 'further tries after a failure that may pass', parseCount, 3)
    .option('--retry-failed', 'ask again for what an earlier run could not have for good')
    .option('--allow-private', 'allow addresses of this machine and of private networks')
    .option('--allow-downgrade', 'follow redirects from https to http')
    .option('--user-agent <text>', 'how to introduce yourself; some hosts ask for a contact', defaultUserAgent())
    .option('--dry-run', 'count rows, addresses and hosts; ask nobody')
    .option('--json', 'print one JSON document')
    .addHelpText('after', MORE_HELP)
    .action(async (file: string, flags: FetchFlags) => {
      const options = optionsOf(flags, terminal);
      if (flags.dryRun) {
        const plan = await planImageFetch(file, options);
        terminal.print(flags.json ? JSON.stringify(plan, null, 2) : describePlan(plan));
        return;
      }
      const report = await fetchImages(file, options);
      terminal.print(flags.json ? JSON.stringify(report, null, 2) : describeReport(report));
      conclude(file, flags.column, report, terminal);
    });
}

function optionsOf(flags: FetchFlags, { signal, reporter }: Terminal): FetchImagesOptions {
  const { delay, timeout, maxTime, ...others } = flags;
  return {
    ...others,
    hostDelayMs: delay,
    idleTimeoutMs: timeout * 1000,
    maxTimeMs: maxTime * 1000,
    signal,
    onProgress: ({ done, total, failed }) =>
      reporter.report({
        type: 'progress',
        task: 'fetching images',
        done,
        total,
        unit: 'images',
        ...(failed > 0 ? { detail: `${failed} failed` } : {}),
      }),
  };
}

/** @throws DatasetError when images are missing for good or for now */
function conclude(file: string, column: string, report: FetchReport, { reporter }: Terminal): void {
  const { addresses, csvPath, journalPath } = report;
  if (report.stopped) {
    reporter.line(`stopped: addresses left to ask ${addresses.open}; run the same command again to go on`);
    return;
  }
  reporter.line(`new file: ${csvPath}`);
  reporter.line(`how each address ended: ${journalPath}`);
  const columnFlag = column === 'image_path' ? '' : ` --image-column ${column}`;
  reporter.line(`train on it: crossmodal train --data ${csvPath}${columnFlag}`);
  if (addresses.failed === 0) return;
  throw new DatasetError(
    `${file}: expected an image at each address, ${addresses.failed} of ${addresses.named} gave none. ` +
      'Their rows have an empty image column in the new file; train leaves them out, or uses their text with --on-bad-image blank.',
    { path: file },
  );
}

function describePlan({ rows, addresses, hosts }: FetchPlan): string {
  const { named, present, settled, unsupported, toFetch } = addresses;
  const rest = hosts.slice(LISTED);
  return [
    describeRows(rows),
    `addresses ${named} = to fetch ${toFetch} + already there ${present} + failed for good ${settled} + unsupported ${unsupported}`,
    ...hosts.slice(0, LISTED).map(({ host, addresses: count }) => `  ${host}: ${count}`),
    ...(rest.length > 0 ? [`  and ${rest.length} more hosts`] : []),
  ].join('\n');
}

function describeReport({ rows, rowsWithImage, addresses, pictures, bytesFetched, failures }: FetchReport): string {
  const counts = [
    ['fetched', addresses.fetched],
    ['already there', addresses.present],
    ...failures.map(({ reason, addresses: count }): [string, number] => [`failed: ${reason}`, count]),
    ...(addresses.open > 0 ? [['not asked', addresses.open] as [string, number]] : []),
  ];
  return [
    describeRows(rows),
    formatTable(
      ['addresses', String(addresses.named)],
      counts.map((cells) => cells.map(String)),
    ),
    `rows with an image ${rowsWithImage}; different pictures ${pictures}; fetched ${formatBytes(bytesFetched)}`,
    ...failures.flatMap(({ reason, addresses: count, rows: ofRows, examples }) => [
      `${reason}: addresses ${count}, rows ${ofRows}`,
      ...examples.map(({ line, url, error }) => `  line ${line}: ${url}: ${error}`),
    ]),
  ].join('\n');
}

function describeRows({ read, withAddress, withPath, withoutImage, malformed }: FetchReport['rows']): string {
  return `rows read ${read} = with an address ${withAddress} + with a path ${withPath} + without image ${withoutImage} + malformed ${malformed}`;
}

function defaultUserAgent(): string {
  return `crossmodal/${programVersion()} (crossmodal images fetch)`;
}
