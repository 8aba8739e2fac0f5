import type { BackendName } from '@crossmodal/backends';
import type { Command } from 'commander';
import { addModelFlags } from '../cli/modelFlags.js';
import type { Terminal } from '../cli/Terminal.js';
import { evaluateRun } from '../pipeline/evaluateRun.js';
import { formatMetrics } from '../pipeline/formatMetrics.js';

interface EvaluateFlags {
  readonly data?: string;
  readonly split?: string;
  readonly backend: BackendName | 'auto';
  readonly batchSize: number;
  readonly json?: boolean;
}

/** `crossmodal evaluate`: the metrics of a trained model on its own splits or on another file. */
export function addEvaluateCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('evaluate')
    .description('measure a trained model again, on the splits of its run or on another labelled file')
    .argument('<run>', 'run folder')
    .option('--data <file>', 'another labelled CSV or JSONL file, with the columns of the run')
    .option('--split <name>', 'only this split: train, validation or test')
    .option('--json', 'print one JSON document');
  addModelFlags(command);
  command.action(async (run: string, flags: EvaluateFlags) => {
    const { reports, ...evaluation } = await evaluateRun(run, { ...flags, onEvent: terminal.reporter.report });
    const { metrics, rowsRead, rowsUsed } = evaluation;
    terminal.reporter.line(`rows read ${rowsRead} = used ${rowsUsed} + skipped ${rowsRead - rowsUsed}`);
    if (flags.json) {
      terminal.print(JSON.stringify(evaluation, null, 2));
      return;
    }
    const titled = Object.entries(reports).map(([split, report]) => `${split}\n${report}`);
    terminal.print([formatMetrics(metrics), ...titled].join('\n\n'));
  });
}
