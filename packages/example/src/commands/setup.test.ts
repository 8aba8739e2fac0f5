import { describe, expect, it } from 'vitest';
import { recordingTerminal } from '../__fixtures__/recordingTerminal.js';
import { createProgram } from '../cli/createProgram.js';
import { exitCodeOf, EXIT } from '../cli/exitCodes.js';

async function run(...words: string[]): Promise<{ said: string; error: unknown }> {
  const terminal = recordingTerminal();
  const program = createProgram(terminal);
  const nested = program.commands.flatMap(({ commands }) => commands);
  for (const command of [program, ...program.commands, ...nested]) {
    command.exitOverride().configureOutput({ writeErr: () => undefined });
  }
  const error: unknown = await program
    .parseAsync(['setup', 'tensorflow', ...words], { from: 'user' })
    .then(() => undefined)
    .catch((reason: unknown) => reason);
  return { said: terminal.lines.join(''), error };
}

describe('setup tensorflow', () => {
  it('explains, and does nothing without consent where nobody can be asked', async () => {
    const { said, error } = await run('--from-python', 'python-of-mine');
    expect(said).toContain('This sets up native TensorFlow for the CPU. It will');
    expect(said).toContain('use the TensorFlow that is installed in Python ("python-of-mine")');
    expect(error).toMatchObject({ message: expect.stringContaining('expected --yes') as string });
    expect(exitCodeOf(error)).toBe(EXIT.usage);
  });

  it('takes one library only', async () => {
    const { error } = await run('--from-python', 'p', '--tf-lib', 'folder');
    expect(error).toMatchObject({ code: 'commander.conflictingOption' });
  });
});
