/** A pickle from text (its Latin-1 bytes) and bytes; protocol and stop are put around it. */
export function pickle(...parts: readonly (string | number)[]): Uint8Array {
  return rawPickle(0x80, 2, ...parts, '.');
}

/** A pickle exactly as given. */
export function rawPickle(...parts: readonly (string | number)[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'number' ? [part] : Array.from(part, (character) => character.charCodeAt(0)))),
  );
}

/** The opcodes that push a text. */
export function text(value: string): string {
  return `X${String.fromCharCode(value.length, 0, 0, 0)}${value}`;
}

/** The opcodes that push an integer below 65,536. */
export function integer(value: number): string {
  return `M${String.fromCharCode(value & 255, value >> 8)}`;
}

/** The opcodes that push a tuple. */
export function tuple(...items: readonly string[]): string {
  return `(${items.join('')}t`;
}

/** The opcodes that push a float32 tensor. */
export function tensor({
  shape,
  strides,
  offset = 0,
  key = '0',
  size = 4,
  type = 'FloatStorage',
}: {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset?: number;
  readonly key?: string;
  readonly size?: number;
  readonly type?: string;
}): string {
  const storage = `${tuple(text('storage'), `ctorch\n${type}\n`, text(key), text('cpu'), integer(size))}Q`;
  const hooks = 'ccollections\nOrderedDict\n)R';
  const args = tuple(
    storage,
    integer(offset),
    tuple(...shape.map(integer)),
    tuple(...strides.map(integer)),
    '\x89',
    hooks,
  );
  return `ctorch._utils\n_rebuild_tensor_v2\n${args}R`;
}

/** The opcodes that push a dictionary. */
export function dictionary(entries: Readonly<Record<string, string>>): string {
  return `}(${Object.entries(entries)
    .map(([name, value]) => text(name) + value)
    .join('')}u`;
}
