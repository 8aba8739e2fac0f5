import { type BackendName, backendNames } from '@crossmodal/backends';
import { type Command, InvalidArgumentError } from 'commander';
import { type BenchMachine, thisBenchMachine } from '../bench/BenchMachine.js';
import { type BenchName, benchNames } from '../bench/BenchWork.js';
import { formatBench } from '../bench/formatBench.js';
import { ReportFile } from '../bench/ReportFile.js';
import { runBench } from '../bench/runBench.js';
import { parsePositive } from '../cli/parseCount.js';
import type { Terminal } from '../cli/Terminal.js';
import { nearestName } from '../config/nearestName.js';

interface BenchFlags {
  readonly backends?: readonly BackendName[];
  readonly only?: readonly BenchName[];
  readonly rounds?: number;
  readonly quick?: boolean;
  readonly limit?: number;
  readonly threads?: number;
  readonly data?: string;
  readonly mainJob?: number | true;
  readonly json?: string;
}

const MORE_HELP = `
What is measured: ${benchNames.join(', ')}. Nothing is downloaded; encoders have random weights.

Examples:
  $ crossmodal bench                                   everything but the main job, a few minutes
  $ crossmodal bench --quick --json bench.json         smaller and shorter, every round as JSON
  $ crossmodal bench --only training-step --data my.csv
  $ crossmodal bench --only main-job --main-job 2      two epochs of \`crossmodal train\`, on each backend
`;

/** `crossmodal bench`: how fast this machine is, backend by backend. */
export function addBenchCommand(
  program: Command,
  terminal: Terminal,
  machine: BenchMachine = thisBenchMachine(),
): void {
  program
    .command('bench')
    .description('measure this machine: products of matrices, encoders, training steps, images, texts, whole jobs')
    .addHelpText('after', MORE_HELP)
    .option(
      '--backends <names>',
      'which backends, separated by commas (default: all that run on real hardware)',
      namesOf(backendNames, 'backend'),
    )
    .option(
      '--only <names>',
      'what is measured, separated by commas (default: all but the main job)',
      namesOf(benchNames, 'measurement'),
    )
    .option('--rounds <n>', 'rounds that count (default: 5, or 3 if quick)', parsePositive)
    .option('--quick', 'smaller batches and shorter rounds')
    .option(
      '--limit <seconds>',
      'give a backend up where a round takes longer (default: 60, or 10 if quick)',
      parsePositive,
    )
    .option('--threads <n>', 'threads of ONNX Runtime (default: its own choice)', parsePositive)
    .option('--data <file>', 'rows to measure on, as train takes them (default: generated)')
    .option(
      '--main-job [epochs]',
      'also all of `crossmodal train`, on each backend (cpu only when it is named)',
      parsePositive,
    )
    .option('--json <file>', 'write every round, the machine and the versions to a file')
    .action(async (flags: BenchFlags) => {
      const { backends, quick = false, threads, data, mainJob, json } = flags;
      const rounds = flags.rounds ?? (quick ? 3 : 5);
      const limitSeconds = flags.limit ?? (quick ? 10 : 60);
      const usual = flags.only ?? benchNames.filter((name) => name !== 'main-job');
      const only = mainJob !== undefined && !usual.includes('main-job') ? [...usual, 'main-job' as const] : usual;
      const epochs = mainJob === true ? undefined : mainJob;
      const file = json === undefined ? undefined : new ReportFile(json);
      try {
        const report = await runBench({ backends, only, rounds, quick, limitSeconds, threads, data, epochs }, machine, {
          onEvent: terminal.reporter.report,
          signal: terminal.signal,
        });
        terminal.print(formatBench(report));
        file?.write(report);
        if (file) terminal.reporter.line(`every round: ${file.path}`);
        if (!report.stopped && !report.results.some((result) => 'milliseconds' in result)) {
          throw new Error('bench: at least one thing must be measured, got none. The reasons stand in the table.');
        }
      } finally {
        file?.release();
      }
    });
}

/** Parses a list of names; what is not one is refused with the nearest one. */
function namesOf<T extends string>(known: readonly T[], kind: string): (value: string) => readonly T[] {
  return (value) => [
    ...new Set(
      value.split(',').map((text) => {
        const name = known.find((candidate) => candidate === text.trim());
        if (name !== undefined) return name;
        const near = nearestName(text.trim(), known);
        throw new InvalidArgumentError(
          `There is no ${kind} "${text.trim()}".${near ? ` Did you mean "${near}"?` : ''} Known: ${known.join(', ')}.`,
        );
      }),
    ),
  ];
}
