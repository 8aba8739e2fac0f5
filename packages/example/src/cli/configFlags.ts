import { InvalidArgumentError, Option, type Command } from 'commander';
import { z } from 'zod';
import { CONFIG_GROUPS, trainConfigSchema, type ConfigGroup } from '../config/TrainConfig.js';

/** What the help shows about one setting, read from the schema. */
interface ConfigField {
  readonly name: string;
  readonly flag: string;
  readonly group: ConfigGroup;
  readonly description: string;
  readonly kind: 'boolean' | 'number' | 'enum' | 'list' | 'string';
  readonly choices: readonly string[];
  readonly defaultValue: unknown;
}

/** The settings of a training run as a table, in the order of the schema. */
function configFields(): readonly ConfigField[] {
  const json = z.toJSONSchema(trainConfigSchema, { io: 'input' });
  return Object.entries(json.properties ?? {}).map(([name, property]) => {
    if (typeof property === 'boolean') throw new TypeError(`configFields: ${name} has no schema`);
    const kind =
      property.enum !== undefined
        ? 'enum'
        : property.type === 'boolean'
          ? 'boolean'
          : property.type === 'array'
            ? 'list'
            : property.type === 'number' || property.type === 'integer'
              ? 'number'
              : 'string';
    return {
      name,
      flag: name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      group: CONFIG_GROUPS.find((group) => group === property.group) ?? 'output',
      description: property.description ?? '',
      kind,
      choices: (property.enum ?? []).map(String),
      defaultValue: property.default,
    };
  });
}

/** Adds a flag for every setting of the schema, in its group. */
export function addConfigFlags(command: Command): void {
  for (const group of CONFIG_GROUPS) {
    for (const field of configFields().filter((candidate) => candidate.group === group)) {
      for (const option of fieldOptions(field)) command.addOption(option.helpGroup(`${titleOf(group)}:`));
    }
  }
}

/** The settings among parsed flags, by field name. */
export function settingsFromFlags(flags: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = new Set(configFields().map((field) => field.name));
  return Object.fromEntries(Object.entries(flags).filter(([name, value]) => names.has(name) && value !== undefined));
}

function fieldOptions(field: ConfigField): Option[] {
  const shown = field.defaultValue === undefined ? '' : ` (default: ${JSON.stringify(field.defaultValue)})`;
  const text = `${field.description}${shown}`;
  switch (field.kind) {
    case 'boolean':
      // A flag that is on by default is switched off with --no-<flag>.
      return field.defaultValue === true
        ? [new Option(`--no-${field.flag}`, `do not ${field.description}`).default(undefined)]
        : [new Option(`--${field.flag}`, text)];
    case 'enum':
      return [new Option(`--${field.flag} <choice>`, text).choices(field.choices)];
    case 'list':
      return [
        new Option(`--${field.flag} <pattern>`, `${text}; may be repeated`).argParser(
          (value: string, previous: string[] | undefined) => [...(previous ?? []), value],
        ),
      ];
    case 'number':
      return [new Option(`--${field.flag} <number>`, text).argParser(parseNumber)];
    case 'string':
      return [new Option(`--${field.flag} <value>`, text)];
  }
}

function parseNumber(value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) throw new InvalidArgumentError(`Expected a number, e.g. 10.`);
  return number;
}

function titleOf(group: ConfigGroup): string {
  return `${group.charAt(0).toUpperCase()}${group.slice(1)} settings`;
}
