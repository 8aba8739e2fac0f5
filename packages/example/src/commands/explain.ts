import type { BackendName } from '@crossmodal/backends';
import { commitFile } from '@crossmodal/weights';
import type { Command } from 'commander';
import { addModelFlags } from '../cli/modelFlags.js';
import type { Terminal } from '../cli/Terminal.js';
import { explainOne } from '../pipeline/explainOne.js';

interface ExplainFlags {
  readonly text: string;
  readonly image?: string;
  readonly output: string;
  readonly backend: BackendName | 'auto';
  readonly batchSize: number;
}

/** `crossmodal explain`: one picture of what the model looked at. */
export function addExplainCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('explain')
    .description('draw what the model looked at for one text and image, as a PNG')
    .argument('<run>', 'run folder or checkpoint folder')
    .requiredOption('--text <text>', 'the text')
    .option('--image <path>', 'its image')
    .option('--output <file>', 'where to write the picture (.png or .svg)', 'explanation.png');
  addModelFlags(command);
  command.action(async (run: string, flags: ExplainFlags) => {
    const { picture, sample } = await explainOne(run, flags);
    await commitFile(flags.output, picture);
    terminal.print(
      JSON.stringify({
        label: sample.predictedLabel,
        probability: sample.probability,
        words: sample.words,
        attention: sample.attention,
        output: flags.output,
      }),
    );
  });
}
