import type { BackendName } from '@crossmodal/backends';
import { loadSamples } from '@crossmodal/dataset';
import { commitFile } from '@crossmodal/weights';
import type { Command } from 'commander';
import { addModelFlags } from '../cli/modelFlags.js';
import type { Terminal } from '../cli/Terminal.js';
import { ConfigError } from '../config/ConfigError.js';
import { loadPredictor, type PredictOutput } from '../pipeline/loadPredictor.js';

interface PredictFlags {
  readonly text?: string;
  readonly image?: string;
  readonly data?: string;
  readonly output?: string;
  readonly textColumn: string;
  readonly imageColumn: string;
  readonly backend: BackendName | 'auto';
  readonly batchSize: number;
}

/** `crossmodal predict`: labels for one text and image, or for every row of a file, as JSON lines. */
export function addPredictCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('predict')
    .description('predict one text and image, or every row of a file; JSON lines on standard output')
    .argument('<run>', 'run folder or checkpoint folder')
    .option('--text <text>', 'the text to classify')
    .option('--image <path>', 'its image')
    .option('--data <file>', 'a CSV or JSONL file to predict instead')
    .option('--output <file>', 'write the lines there instead')
    .option('--text-column <name>', 'column that holds the text', 'text')
    .option('--image-column <name>', 'column that holds the image path', 'image_path');
  addModelFlags(command);
  command.action(async (run: string, flags: PredictFlags) => {
    if ((flags.data === undefined) === (flags.text === undefined)) {
      throw new ConfigError('predict: pass either --text (with --image) or --data FILE.');
    }
    const predictor = await loadPredictor(run, {
      backend: flags.backend,
      batchSize: flags.batchSize,
      // A graph costs more than one answer.
      encoderEngine: flags.data === undefined ? 'tensorflow' : 'auto',
      onEvent: terminal.reporter.report,
    });
    const lines = flags.data === undefined ? await predictOne() : await predictFile(flags.data);
    if (flags.output === undefined) terminal.print(lines.join('\n'));
    else await commitFile(flags.output, `${lines.join('\n')}\n`);
    predictor.dispose();

    async function predictOne(): Promise<string[]> {
      const input = { text: flags.text ?? '', ...(flags.image === undefined ? {} : { image: flags.image }) };
      return (await predictor.predict([input])).map((answer) => JSON.stringify(answer));
    }

    /** Rows that cannot be predicted get a line with the reason: every row read is in the output exactly once. */
    async function predictFile(path: string): Promise<string[]> {
      const { samples, report } = await loadSamples(path, {
        textColumn: flags.textColumn,
        imageColumn: flags.imageColumn,
        labelColumn: null,
      });
      const written: string[] = report.skipped.map(({ id, line, reason }) =>
        JSON.stringify({ id, line, error: reason }),
      );
      let failed = written.length;
      for (let start = 0; start < samples.length; start += flags.batchSize) {
        const part = samples.slice(start, start + flags.batchSize);
        const answers = await predictor.tryPredict(
          part.map(({ text, images }) => ({ text, ...(images[0] === undefined ? {} : { image: images[0] }) })),
        );
        answers.forEach((answer: PredictOutput | Error, index) => {
          const id = part[index]?.id ?? '';
          if (answer instanceof Error) failed++;
          written.push(JSON.stringify(answer instanceof Error ? { id, error: answer.message } : { id, ...answer }));
        });
        terminal.reporter.report({
          type: 'progress',
          task: 'predicting',
          done: start + part.length,
          total: samples.length,
          unit: 'rows',
        });
      }
      terminal.reporter.line(`rows read ${report.rowsRead} = predicted ${report.rowsRead - failed} + failed ${failed}`);
      return written;
    }
  });
}
