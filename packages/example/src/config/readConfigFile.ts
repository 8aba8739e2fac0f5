import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { ConfigError } from './ConfigError.js';

/** More aliases than this in a YAML file is an attack ("billion laughs"), not a configuration. */
const MAX_ALIASES = 100;

/**
 * Reads a configuration file: JSON or YAML (of which JSON is a subset). Data only, no code, no custom tags.
 *
 * @throws {@link ConfigError} with line and column for syntax errors and duplicate keys
 */
export async function readConfigFile(path: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`config file ${path}: cannot be read.`, { cause: error });
  }
  const document = parseDocument(text, { schema: 'core', uniqueKeys: true });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) {
    const at = problem.linePos?.[0];
    throw new ConfigError(`config file ${path}${at ? `:${at.line}:${at.col}` : ''}: ${problem.message}`);
  }
  const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new ConfigError(`config file ${path}: must hold fields and values, e.g. "epochs: 5".`);
  }
  return { ...value };
}
