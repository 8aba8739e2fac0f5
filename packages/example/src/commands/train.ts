import type { Command } from 'commander';
import { addConfigFlags, settingsFromFlags } from '../cli/configFlags.js';
import type { Terminal } from '../cli/Terminal.js';
import { compareStrategies } from '../compare/compareStrategies.js';
import { readConfigFile } from '../config/readConfigFile.js';
import { resolveConfig, type ConfigLayer } from '../config/resolveConfig.js';
import { formatMetrics } from '../pipeline/formatMetrics.js';
import { resumeRun, train } from '../pipeline/train.js';
import { RunFolder } from '../run/RunFolder.js';
import { type TrainResult } from '../pipeline/TrainOptions.js';

interface TrainFlags extends Record<string, unknown> {
  readonly config?: string;
  readonly resume?: string | true;
  readonly compare?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ crossmodal train --data reviews.csv --dry-run      what it would cost
  $ crossmodal train --data reviews.csv --epochs 40    longer than the default
  $ crossmodal train --resume                          go on where the latest run stopped
`;

/** `crossmodal train`: from a CSV to a trained model, honest numbers and pictures. */
export function addTrainCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('train')
    .description('train a model and write a run folder with numbers, pictures and a report')
    .addHelpText('before', EXAMPLES)
    .option('--config <file>', 'settings from a JSON or YAML file; flags win over it')
    .option('--resume [run]', 'continue an interrupted run from its last checkpoint (default: the latest run)')
    .option('--compare', 'also train the three baselines and compare on the same test rows')
    .option('--dry-run', 'build everything, try one step, say what it would cost, and stop')
    .option('--json', 'print one JSON document on standard output');
  addConfigFlags(command);
  command.action(async (flags: TrainFlags) => {
    const options = { onEvent: terminal.reporter.report, signal: terminal.signal };
    if (flags.resume !== undefined) {
      const { project } = resolveConfig([{ source: 'flag', values: settingsFromFlags(flags) }]).config;
      const run = flags.resume === true ? await RunFolder.latest(project) : flags.resume;
      printResult(terminal, await resumeRun(run, options), flags.json ?? false);
      return;
    }
    const layers: ConfigLayer[] = [
      { source: 'file', values: flags.config === undefined ? {} : await readConfigFile(flags.config) },
      { source: 'flag', values: settingsFromFlags(flags) },
    ];
    const resolved = resolveConfig(layers);
    if (flags.compare) {
      const comparison = await compareStrategies(resolved, options);
      terminal.print(flags.json ? JSON.stringify(comparison, null, 2) : comparison.text);
      return;
    }
    const result = await train(resolved, { ...options, dryRun: flags.dryRun ?? false });
    if (!flags.dryRun) printResult(terminal, result, flags.json ?? false);
  });
}

function printResult(terminal: Terminal, result: TrainResult, json: boolean): void {
  if (json) {
    terminal.print(JSON.stringify({ run: result.path, metrics: result.metrics, stoppedBy: result.stoppedBy }, null, 2));
    return;
  }
  terminal.print(formatMetrics(result.metrics));
  const run = result.path;
  terminal.reporter.line(
    [
      '',
      ...(result.reportPath ? [`report: ${result.reportPath}`] : []),
      'next:',
      `  crossmodal evaluate ${run}`,
      `  crossmodal predict ${run} --text "..." --image photo.jpg`,
      `  crossmodal explain ${run} --text "..." --image photo.jpg --output why.png`,
      `  import { loadPredictor } from '@crossmodal/example'; const predictor = await loadPredictor('${run}');`,
    ].join('\n'),
  );
}
