import { quote } from './quote.js';

/** Reads the fields of a JSON object that somebody else wrote, and says where one does not fit. */
export class JsonFields {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #where: string;

  /**
   * @param content - must be an object
   * @param where - the file and the path in it, for messages
   * @throws TypeError when it is none
   */
  constructor(content: unknown, where: string) {
    if (typeof content !== 'object' || content === null || Array.isArray(content)) {
      throw new TypeError(`${where} must be a JSON object, got ${quote(content)}.`);
    }
    this.#fields = content as Record<string, unknown>;
    this.#where = where;
  }

  /** The value of a field; null counts as absent. */
  get(name: string): unknown {
    return (Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined) ?? undefined;
  }

  /** Every name and value. */
  entries(): [string, unknown][] {
    return Object.entries(this.#fields);
  }

  /** @throws TypeError when the field is there and no boolean */
  boolean(name: string): boolean | undefined {
    const value = this.get(name);
    if (value === undefined || typeof value === 'boolean') return value;
    throw this.#mismatch(name, 'true, false or null', value);
  }

  /** @throws TypeError when the field is there and no number */
  number(name: string): number | undefined {
    const value = this.get(name);
    if (value === undefined || typeof value === 'number') return value;
    throw this.#mismatch(name, 'a number', value);
  }

  /** @throws TypeError when the field is there and no string */
  string(name: string): string | undefined {
    const value = this.get(name);
    if (value === undefined || typeof value === 'string') return value;
    throw this.#mismatch(name, 'a string', value);
  }

  /** @throws TypeError when the field is there and no array */
  array(name: string): readonly unknown[] {
    const value = this.get(name) ?? [];
    if (Array.isArray(value)) return value;
    throw this.#mismatch(name, 'an array', value);
  }

  /** @throws TypeError when the field is no object */
  object(name: string): JsonFields {
    return new JsonFields(this.get(name), `${this.#where}: ${name}`);
  }

  /** @throws RangeError when the field has another value */
  expect(name: string, expected: unknown): void {
    const value = this.get(name);
    if (JSON.stringify(value) !== JSON.stringify(expected)) {
      throw new RangeError(`${this.#where}: ${name} must be ${quote(expected)}, got ${quote(value)}.`);
    }
  }

  #mismatch(name: string, expected: string, value: unknown): TypeError {
    return new TypeError(`${this.#where}: ${name} must be ${expected}, got ${quote(value)}.`);
  }
}
