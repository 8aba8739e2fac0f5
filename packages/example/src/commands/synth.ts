import { generateReviewWorld } from '@crossmodal/dataset';
import type { Command } from 'commander';
import { parseCount } from '../cli/parseCount.js';
import type { Terminal } from '../cli/Terminal.js';

/** `crossmodal synth`: writes the synthetic review world as a CSV and JPEG files. */
export function addSynthCommand(program: Command, terminal: Terminal): void {
  program
    .command('synth')
    .description('write the synthetic review world: 6,500 reviews with pictures, and the truth about them')
    .argument('[folder]', 'where to write it', 'data/review-world-v1')
    .option('--seed <number>', 'seed of the world', parseCount)
    .option('--train <count>', 'training reviews', parseCount)
    .option('--validation <count>', 'validation reviews', parseCount)
    .option('--test <count>', 'test reviews', parseCount)
    .action(async (folder: string, flags: { seed?: number; train?: number; validation?: number; test?: number }) => {
      const { seed, ...sizes } = flags;
      const world = await generateReviewWorld(folder, {
        ...(seed === undefined ? {} : { seed }),
        ...(Object.keys(sizes).length > 0 ? { sizes } : {}),
        onProgress: ({ done, total }) =>
          terminal.reporter.report({
            type: 'progress',
            task: 'drawing the review world',
            done,
            total,
            unit: 'reviews',
          }),
      });
      terminal.print(world.csvPath);
      terminal.reporter.line(`truth about every review: ${world.truthPath}`);
      terminal.reporter.line(`train on it: crossmodal train --data ${world.csvPath} --split-column split`);
    });
}
