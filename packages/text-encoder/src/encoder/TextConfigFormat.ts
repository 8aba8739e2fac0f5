import { type ConfigTable } from '@crossmodal/weights';

/** How an architecture writes its `config.json`, as data. */
export interface TextConfigFormat<Config extends object> extends ConfigTable<Config> {
  /** The values of `model_type` that are read. The first one is written, unless the configuration has a field for it. */
  readonly modelTypes: readonly [string, ...string[]];
  /** Fields whose other values mean that something else is computed; absent ones mean these values. */
  readonly required?: Readonly<Record<string, unknown>> | undefined;
  /** Names in the file -> other names that Python reads as the same field, where the first is missing. */
  readonly aliases?: Readonly<Record<string, string>> | undefined;
  /** Fields that Python holds as fractions. */
  readonly fractions: readonly (keyof Config)[];
}
