import { formatConfig } from '@crossmodal/weights';
import { type TextConfigFormat } from './TextConfigFormat.js';

/**
 * The text of a `config.json` that Python opens.
 *
 * @param config - the values
 * @param format - their names
 * @param others - further fields of the file, such as `architectures` and labels
 */
export function formatTextConfig<Config extends object>(
  config: Config,
  { names, modelTypes, required, fractions }: TextConfigFormat<Config>,
  others: Readonly<Record<string, unknown>>,
): string {
  return formatConfig(
    {
      model_type: modelTypes[0],
      ...required,
      ...Object.fromEntries(
        // The keys of the table are exactly the fields.
        Object.entries<string>(names).map(([field, fileName]) => [fileName, config[field as keyof Config]]),
      ),
      ...others,
      torch_dtype: 'float32',
    },
    fractions.map((field) => names[field]),
  );
}
