import { Command } from 'commander';
import { addBenchCommand } from '../commands/bench.js';
import { addCheckCommand } from '../commands/check.js';
import { addConfigCommand } from '../commands/config.js';
import { addDoctorCommand } from '../commands/doctor.js';
import { addEvaluateCommand } from '../commands/evaluate.js';
import { addExplainCommand } from '../commands/explain.js';
import { addImagesCommand } from '../commands/images.js';
import { addExportCommand } from '../commands/export.js';
import { addInfoCommand } from '../commands/info.js';
import { addPredictCommand } from '../commands/predict.js';
import { addSetupCommand } from '../commands/setup.js';
import { addSynthCommand } from '../commands/synth.js';
import { addTrainCommand } from '../commands/train.js';
import { programVersion } from '../run/environment.js';
import type { Terminal } from './Terminal.js';

const EXAMPLES = `
Examples:
  $ crossmodal train                                   the synthetic review world, to a report
  $ crossmodal train --data reviews.csv                your own CSV: text,image_path,label
  $ crossmodal predict runs/train-1 --text "cracked" --image photo.jpg
`;

/** The command line of the program; each command lives in its own file. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('crossmodal')
    .description('Classify text and image together: train, evaluate, predict and explain.')
    .version(programVersion())
    .showSuggestionAfterError()
    .configureHelp({ sortSubcommands: false })
    .addHelpText('before', EXAMPLES);
  addTrainCommand(program, terminal);
  addEvaluateCommand(program, terminal);
  addPredictCommand(program, terminal);
  addExplainCommand(program, terminal);
  addExportCommand(program, terminal);
  addCheckCommand(program, terminal);
  addImagesCommand(program, terminal);
  addInfoCommand(program, terminal);
  addSynthCommand(program, terminal);
  addDoctorCommand(program, terminal);
  addBenchCommand(program, terminal);
  addSetupCommand(program, terminal);
  addConfigCommand(program, terminal);
  return program;
}
