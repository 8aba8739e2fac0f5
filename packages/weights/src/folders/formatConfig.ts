/**
 * The text of a `config.json` that Python opens.
 *
 * `JSON.stringify` writes 1.0 as `1`, and transformers 5 refuses a whole number where a field is declared as a fraction.
 *
 * @param content - plain data
 * @param fractions - names of top-level fields whose numbers are written with a point
 * @returns JSON, indented by two spaces, with a newline at its end
 *
 * @example
 * formatConfig({ hidden_size: 64, initializer_factor: 1 }, ['initializer_factor']);
 * // '{\n  "hidden_size": 64,\n  "initializer_factor": 1.0\n}\n'
 */
export function formatConfig(content: Readonly<Record<string, unknown>>, fractions: readonly string[] = []): string {
  const text = JSON.stringify(content, null, 2).replace(
    /^ {2}("(?:[^"\\]|\\.)*"): (-?\d+)(?=,?$)/gm,
    (line, name: string) => (fractions.includes(JSON.parse(name) as string) ? `${line}.0` : line),
  );
  return `${text}\n`;
}
