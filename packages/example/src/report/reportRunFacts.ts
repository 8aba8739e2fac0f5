import type { Fact, FactGroup } from '@crossmodal/viz';
import { CONFIG_GROUPS, trainConfigSchema } from '../config/TrainConfig.js';
import type { RunFiles } from './readRunFiles.js';
import { shortPath } from './shortPath.js';

/** How the run was made: settings with their sources, machine and versions, and what identifies the data. */
export function reportRunFacts({ resolved, environment, account }: RunFiles): FactGroup[] {
  const { config, sources } = resolved;
  const settings = Object.entries(config).map(([name, value]) => ({
    name,
    value: valueOf(value),
    source: sources[name] ?? '',
    group: trainConfigSchema.shape[name as keyof typeof config].meta()?.group, // names of the schema's own fields
  }));
  return [
    ...CONFIG_GROUPS.map((group) => ({
      title: `Settings: ${group}`,
      facts: settings
        .filter((setting) => setting.group === group)
        .map(({ name, value, source }): Fact => ({ name, value, source })),
    })),
    ...(environment ? [{ title: 'Machine and versions', facts: flatten(environment) }] : []),
    ...(account
      ? [
          {
            title: 'Data',
            facts: [
              { name: 'file', value: shortPath(account.path) },
              { name: 'fingerprint of the rows used (sha256)', value: account.fingerprint },
              { name: 'hash of the split', value: account.splitHash },
            ],
          },
        ]
      : []),
  ];
}

function flatten(value: object, prefix = ''): Fact[] {
  return Object.entries(value).flatMap(([name, entry]: [string, unknown]) =>
    typeof entry === 'object' && entry !== null && !Array.isArray(entry)
      ? flatten(entry, `${prefix}${name} `)
      : [{ name: `${prefix}${name}`, value: valueOf(entry) }],
  );
}

function valueOf(value: unknown): Fact['value'] {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return shortPath(value);
  return typeof value === 'number' || typeof value === 'boolean' ? value : JSON.stringify(value);
}
