import type { OnnxPrecision } from '@crossmodal/onnx-export';
import { Option, type Command } from 'commander';
import type { Terminal } from '../cli/Terminal.js';
import { exportRun } from '../pipeline/exportRun.js';
import { formatBytes } from '../terminal/formatBytes.js';

interface ExportFlags {
  readonly output: string;
  readonly precision: OnnxPrecision;
  readonly externalData?: boolean;
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
      new Option(
        '--precision <kind>',
        'float16: half of the bytes; int8: products in whole numbers, their matrices a quarter',
      )
        .choices(['float32', 'float16', 'int8'])
        .default('float32'),
    )
    .option('--external-data', 'put values into model.onnx.data, as is done by itself from 2 GB on')
    .option('--json', 'print one JSON document')
    .action(async (run: string, { output, precision, externalData, json }: ExportFlags) => {
      const written = await exportRun(run, output, { precision, ...(externalData ? { largestBytes: 0 } : {}) });
      if (json) {
        terminal.print(JSON.stringify(written, null, 2));
        return;
      }
      const { externalData: data, keptFloat32: kept } = written;
      const inputs = Object.entries(written.inputs).map(([name, shape]) => `  ${name} [${shape.join(', ')}]`);
      terminal.print(
        [
          `${written.folder}/model.onnx, ${formatBytes(written.bytes)}, from ${written.checkpoint}`,
          ...(data
            ? [`${written.folder}/${data.name}, ${formatBytes(data.bytes)}: its values; keep both together`]
            : []),
          ...(kept.length > 0 ? [describeKept(kept)] : []),
          'inputs:',
          ...inputs,
          'outputs:',
          ...written.outputs.map((name) => `  ${name}`),
          'tokenizer and preprocessor_config.json beside it make the inputs',
        ].join('\n'),
      );
    });
}

/** How many names are listed. */
const LISTED = 5;

function describeKept(names: readonly string[]): string {
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
  const matrices = names.length === 1 ? '1 matrix stays' : `${names.length} matrices stay`;
  return `${matrices} float32, for float16 cannot hold the values: ${names.slice(0, LISTED).join(', ')}${more}`;
}
