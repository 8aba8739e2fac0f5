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

  /** The file and the path in it, for messages. */
  get where(): string {
    return this.#where;
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

  /** @throws TypeError when the field is no array of objects */
  objects(name: string): JsonFields[] {
    return this.array(name).map((value, i) => new JsonFields(value, `${this.#where}: ${name}[${i}]`));
  }

  /**
   * @param values - what the field may be; `undefined` for absent
   * @throws RangeError when the field has another value
   */
  expect(name: string, ...values: readonly unknown[]): void {
    const found = this.get(name);
    if (values.some((value) => JSON.stringify(value) === JSON.stringify(found))) return;
    const expected = values.map((value) => (value === undefined ? 'null' : quote(value))).join(' or ');
    throw new RangeError(`${this.#where}: ${name} must be ${expected}, got ${quote(found)}.`);
  }

  #mismatch(name: string, expected: string, value: unknown): TypeError {
    return new TypeError(`${this.#where}: ${name} must be ${expected}, got ${quote(value)}.`);
  }
}
