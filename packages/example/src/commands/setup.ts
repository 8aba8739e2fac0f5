import { createInterface } from 'node:readline/promises';
import { type TensorflowSetup } from '@crossmodal/backends';
import { type Command, Option } from 'commander';
import type { Terminal } from '../cli/Terminal.js';
import { ConfigError } from '../config/ConfigError.js';
import { describeSetup } from '../setup/describeSetup.js';
import { chooseLibrary } from '../setup/LibraryChoice.js';
import { thisMachine } from '../setup/SetupMachine.js';
import { setupTensorflow } from '../setup/setupTensorflow.js';

interface TensorflowFlags {
  readonly gpu?: boolean;
  readonly tfLib?: string;
  readonly fromPython?: string | true;
  readonly yes?: boolean;
}

const MORE_HELP = `
Afterwards --backend tensorflow (or tensorflow-gpu) starts, on Node 20 to 26. "crossmodal doctor" says what is set up. The
result lies in ~/.cache/crossmodal/tensorflow (XDG_CACHE_HOME and CROSSMODAL_TENSORFLOW_DIR move it), where npm ci leaves it alone.

Examples:
  $ crossmodal setup tensorflow                                  TensorFlow's C library, downloaded
  $ crossmodal setup tensorflow --from-python venv/bin/python    the one of an installed wheel
  $ crossmodal setup tensorflow --gpu --tf-lib ~/libtensorflow   an unpacked one, on a GPU
`;

/** `crossmodal setup tensorflow`: makes native TensorFlow work here, after having said what that takes. */
export function addSetupCommand(program: Command, terminal: Terminal): void {
  const setup = program.command('setup').description('build native parts that npm alone does not bring');
  setup
    .command('tensorflow')
    .description('build @tensorflow/tfjs-node against a current TensorFlow, and check what it computes')
    .option('--gpu', 'for an NVIDIA GPU; fails when TensorFlow does not use it')
    .addOption(
      new Option('--tf-lib <folder>', "TensorFlow's C library, unpacked: lib and include").conflicts('fromPython'),
    )
    .option('--from-python [python]', 'the TensorFlow that this Python has installed (default: python3)')
    .option('--yes', 'do not ask')
    .addHelpText('after', MORE_HELP)
    .action(async (flags: TensorflowFlags) => {
      const device = flags.gpu === true ? 'gpu' : 'cpu';
      const machine = thisMachine();
      const library = chooseLibrary(device, flags);
      terminal.reporter.line(describeSetup(device, library, machine));
      if (flags.yes !== true) await assertAgreed();
      const done = await setupTensorflow(
        {
          device,
          library,
          signal: terminal.signal,
          onStep: (text) => terminal.reporter.line(text),
          onProgress: ({ done, total }) =>
            terminal.reporter.report({ type: 'progress', task: 'downloading', done, total, unit: 'bytes' }),
        },
        machine,
      );
      terminal.print(describeResult(done, device));
    });
}

/** @throws ConfigError when the answer is not yes, or nobody can be asked */
async function assertAgreed(): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new ConfigError('setup tensorflow: expected --yes, since nobody can be asked here. Nothing was done.');
  }
  const questions = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await questions.question('Go on? [y/N] ');
  questions.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new ConfigError('setup tensorflow: not agreed to. Nothing was done.');
}

function describeResult({ tensorflow, device, libraries }: TensorflowSetup, kind: 'cpu' | 'gpu'): string {
  return [
    `TensorFlow ${tensorflow} is set up. A product of matrices and a gradient came out right; they were computed on ${
      device === 'CPU' ? 'the CPU' : `the GPU ${device}`
    }.`,
    `Its library stays where it is: ${libraries[0]?.path ?? ''}`,
    `Use it: crossmodal train --backend ${kind === 'gpu' ? 'tensorflow-gpu' : 'tensorflow'}`,
  ].join('\n');
}
