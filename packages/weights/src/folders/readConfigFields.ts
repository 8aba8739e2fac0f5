/** Which fields of a `config.json` a configuration has, as data. */
export interface ConfigTable<Config extends object> {
  /** Our field -> the file's. */
  readonly names: Readonly<Record<keyof Config, string>>;
  /** What a field means that is missing or `null`; its type is the type that the file must have. */
  readonly defaults: Readonly<Config>;
}

/**
 * Reads a configuration from the content of a `config.json`, field by field. Other fields are left alone, ranges are not checked.
 *
 * @param content - the parsed file
 * @param table - names and defaults
 * @param where - the file, for the message
 * @returns every field of the table
 * @throws TypeError when the content is no JSON object, or a field has another type than its default
 *
 * @example
 * readConfigFields({ hidden_size: 64 }, { names: { hiddenSize: 'hidden_size' }, defaults: { hiddenSize: 768 } }, 'config.json');
 * // { hiddenSize: 64 }
 */
export function readConfigFields<Config extends object>(
  content: unknown,
  { names, defaults }: ConfigTable<Config>,
  where: string,
): Config {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new TypeError(`${where} must be a JSON object, got ${shorten(content)}.`);
  }
  const fields = content as Record<string, unknown>;
  const read = Object.entries<string>(names).map(([field, fileName]): [string, unknown] => {
    // The keys of the table are exactly the fields.
    const fallback: unknown = defaults[field as keyof Config];
    const value = fields[fileName] ?? fallback;
    if (typeof value !== typeof fallback) {
      throw new TypeError(`${where}: ${fileName} must be a ${typeof fallback}, got ${shorten(value)}.`);
    }
    return [field, value];
  });
  // Every field is there with the type of its default.
  return Object.fromEntries(read) as Config;
}

function shorten(value: unknown): string {
  // The declared type forgets that undefined stays undefined.
  return ((JSON.stringify(value) as string | undefined) ?? 'undefined').slice(0, 80);
}
