import { readConfigFields } from '@crossmodal/weights';
import { assertTextConfig, type TextSizes } from './assertTextConfig.js';
import { type TextConfigFormat } from './TextConfigFormat.js';

/**
 * Reads and checks the content of a `config.json`, of an encoder with whatever head. Missing fields take their defaults.
 *
 * @throws TypeError when the content or a field has the wrong type
 * @throws RangeError when it is the configuration of another kind of model, or a value is out of range
 */
export function readTextConfig<Config extends TextSizes>(
  content: unknown,
  format: TextConfigFormat<Config>,
  where: string,
): Config {
  const config = readConfigFields(withAliases(content, format.aliases ?? {}), format, where);
  // Checked to be an object just now.
  const fields = content as Record<string, unknown>;
  const refuse = (name: string, expected: string): never => {
    throw new RangeError(`${where}: ${name} must be ${expected}, got ${shorten(fields[name])}.`);
  };
  if (!format.modelTypes.some((type) => type === fields.model_type)) {
    refuse('model_type', format.modelTypes.map(shorten).join(' or '));
  }
  for (const [name, required] of Object.entries(format.required ?? {})) {
    if ((fields[name] ?? required) !== required) refuse(name, shorten(required));
  }
  assertTextConfig(config, where);
  return config;
}

function withAliases(content: unknown, aliases: Readonly<Record<string, string>>): unknown {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return content;
  const fields = new Map(Object.entries<unknown>({ ...content }));
  const named = Object.entries(aliases).map(([name, alias]) => [name, fields.get(name) ?? fields.get(alias)]);
  return { ...content, ...Object.fromEntries(named) };
}

function shorten(value: unknown): string {
  // The declared type forgets that undefined stays undefined.
  return ((JSON.stringify(value) as string | undefined) ?? 'undefined').slice(0, 80);
}
