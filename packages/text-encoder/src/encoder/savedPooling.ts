import { type TextPooling } from './TextPooling.js';

/** Our own field of `config.json`, which Python leaves alone. */
const field = 'crossmodal_pooling';

/** What a folder was saved with, if it says so. The value is checked where it is used. */
export function readPooling(content: unknown): TextPooling | undefined {
  const value = new Map(Object.entries<unknown>({ ...(content as object) })).get(field);
  return value === undefined ? undefined : ((typeof value === 'string' ? value : JSON.stringify(value)) as TextPooling);
}

/** The field that a `config.json` needs, if any: where an encoder pools as it would anyway, there is none. */
export function poolingField(pooling: TextPooling, usual: TextPooling): Readonly<Record<string, TextPooling>> {
  return pooling === usual ? {} : { [field]: pooling };
}
