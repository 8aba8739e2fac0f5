import { CommanderError } from 'commander';
import { createProgram } from './cli/createProgram.js';
import { describeError } from './run/describeError.js';
import { EXIT, exitCodeOf } from './cli/exitCodes.js';
import { processTerminal } from './cli/Terminal.js';

const terminal = processTerminal();
const program = createProgram(terminal);
const nested = program.commands.flatMap(({ commands }) => commands);
for (const command of [program, ...program.commands, ...nested]) command.exitOverride();

program.parseAsync().then(
  () => {
    const stopped = terminal.stoppedBy();
    // Native image and GPU threads may outlive the work: leave on our own terms.
    process.exitCode = stopped === 'SIGINT' ? EXIT.interrupted : stopped === 'SIGTERM' ? EXIT.terminated : EXIT.ok;
    terminal.reporter.close();
    process.exit();
  },
  (error: unknown) => {
    terminal.reporter.close();
    if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.usage);
    process.stderr.write(`error: ${describeError(error, process.env)}\n`);
    process.exit(exitCodeOf(error));
  },
);
