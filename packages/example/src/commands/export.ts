import type { OnnxPrecision } from '@crossmodal/onnx-export';
import { Option, type Command } from 'commander';
import type { Terminal } from '../cli/Terminal.js';
import { exportRun } from '../pipeline/exportRun.js';

interface ExportFlags {
  readonly output: string;
  readonly precision: OnnxPrecision;
  readonly json?: boolean;
}

/** `crossmodal export`: a trained model for other runtimes. */
export function addExportCommand(program: Command, terminal: Terminal): void {
  program
    .command('export')
    .description('write a trained model as ONNX, for ONNX Runtime in any language')
    .argument('<run>', 'run folder or checkpoint folder')
    .option('--output <folder>', 'where to write model.onnx and what makes its inputs', 'onnx')
    .option('--onnx', 'the format: there is no other, and this may be left out')
    .addOption(
      new Option('--precision <kind>', 'float16: half of the bytes; int8: products in whole numbers, a quarter')
        .choices(['float32', 'float16', 'int8'])
        .default('float32'),
    )
    .option('--json', 'print one JSON document')
    .action(async (run: string, { output, precision, json }: ExportFlags) => {
      const written = await exportRun(run, output, { precision });
      if (json) {
        terminal.print(JSON.stringify(written, null, 2));
        return;
      }
      const inputs = Object.entries(written.inputs).map(([name, shape]) => `  ${name} [${shape.join(', ')}]`);
      terminal.print(
        [
          `${written.folder}/model.onnx, ${(written.bytes / 1e6).toFixed(1)} MB, from ${written.checkpoint}`,
          'inputs:',
          ...inputs,
          'outputs:',
          ...written.outputs.map((name) => `  ${name}`),
          'tokenizer and preprocessor_config.json beside it make the inputs',
        ].join('\n'),
      );
    });
}
