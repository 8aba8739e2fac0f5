import { backendNames } from '@crossmodal/backends';
import { InvalidArgumentError, Option, type Command } from 'commander';

/** Flags of the commands that load a trained model. */
export function addModelFlags(command: Command): void {
  command
    .addOption(
      new Option('--backend <name>', 'TensorFlow.js backend').choices(['auto', ...backendNames]).default('auto'),
    )
    .addOption(new Option('--batch-size <count>', 'rows per forward pass').argParser(parseBatchSize).default(64));
}

function parseBatchSize(value: string): number {
  const size = Number(value);
  if (!Number.isInteger(size) || size < 1) throw new InvalidArgumentError('Expected a whole number of at least 1.');
  return size;
}
