import type { Command } from 'commander';
import { stringify } from 'yaml';
import { z } from 'zod';
import { addConfigFlags, settingsFromFlags } from '../cli/configFlags.js';
import type { Terminal } from '../cli/Terminal.js';
import { readConfigFile } from '../config/readConfigFile.js';
import { resolveConfig } from '../config/resolveConfig.js';
import { trainConfigSchema } from '../config/TrainConfig.js';

/** `crossmodal config`: the settings a run would use, or their JSON Schema. */
export function addConfigCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('config')
    .description('show the settings that train would use, as YAML that --config reads')
    .option('--schema', 'print the JSON Schema of the settings instead')
    .option('--config <file>', 'settings from a JSON or YAML file');
  addConfigFlags(command);
  command.action(async (flags: Record<string, unknown> & { schema?: boolean; config?: string }) => {
    if (flags.schema) {
      terminal.print(JSON.stringify(z.toJSONSchema(trainConfigSchema, { io: 'input' }), null, 2));
      return;
    }
    const { config } = resolveConfig([
      { source: 'file', values: flags.config === undefined ? {} : await readConfigFile(flags.config) },
      { source: 'flag', values: settingsFromFlags(flags) },
    ]);
    terminal.print(stringify(config));
  });
}
