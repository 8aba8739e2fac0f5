import { SafetensorsError } from './SafetensorsError.js';

/**
 * Walks the JSON of a safetensors header.
 *
 * `JSON.parse` is too lenient for it: it keeps the last of two equal keys, rounds large integers and takes `16.0` or `1e3` for one.
 * The walk has no recursion of its own, so nesting cannot exhaust the stack.
 */
export class HeaderCursor {
  readonly #text: string;
  #position = 0;

  /** @param text - the decoded header */
  constructor(text: string) {
    this.#text = text;
  }

  /**
   * An object; each key may appear once.
   *
   * @param readMember - consumes the value of a key
   */
  object(readMember: (key: string) => void): void {
    const keys = new Set<string>();
    this.#expect('{');
    if (this.#take('}')) return;
    do {
      const key = this.string();
      if (keys.has(key)) throw this.error(`each key must appear once, got ${quoteName(key)} again`);
      keys.add(key);
      this.#expect(':');
      readMember(key);
    } while (this.#take(','));
    this.#expect('}');
  }

  /** A list of non-negative integers without fraction or exponent, each at most 2^53 - 1. */
  integers(): number[] {
    const found: number[] = [];
    this.#expect('[');
    if (this.#take(']')) return found;
    do found.push(this.#integer());
    while (this.#take(','));
    this.#expect(']');
    return found;
  }

  /** A string, its escapes resolved. */
  string(): string {
    this.#expect('"');
    const start = this.#position - 1;
    let escaped = false;
    while (this.#position < this.#text.length) {
      const character = this.#text[this.#position];
      this.#position += 1;
      if (character === '"' && !escaped) return this.#unescape(this.#text.slice(start, this.#position));
      escaped = character === '\\' && !escaped;
    }
    throw this.error('a string must be closed before the header ends');
  }

  /** Checks that only white space is left. */
  end(): void {
    this.#skipSpace();
    if (this.#position < this.#text.length) throw this.error('nothing must follow the closing brace');
  }

  /** An error that says where the header is wrong. */
  error(problem: string): SafetensorsError {
    return new SafetensorsError(`parseSafetensors: ${problem} (header, character ${this.#position}).`);
  }

  #integer(): number {
    this.#skipSpace();
    const digits = /(?:0|[1-9][0-9]{0,15})(?![0-9.eE])/y;
    digits.lastIndex = this.#position;
    const value = Number(digits.exec(this.#text)?.[0] ?? NaN);
    if (!Number.isSafeInteger(value)) throw this.error('a size or offset must be an integer from 0 to 2^53 - 1');
    this.#position = digits.lastIndex;
    return value;
  }

  #unescape(quoted: string): string {
    try {
      return String(JSON.parse(quoted));
    } catch (cause) {
      const error = this.error('a string must be valid JSON');
      error.cause = cause;
      throw error;
    }
  }

  #expect(character: string): void {
    if (!this.#take(character)) throw this.error(`${JSON.stringify(character)} must stand here`);
  }

  #take(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#position] !== character) return false;
    this.#position += 1;
    return true;
  }

  #skipSpace(): void {
    while (' \n\r\t'.includes(this.#text[this.#position] ?? 'x')) this.#position += 1;
  }
}

/** A name for a message: quoted, without control characters, at most 80 characters. */
export function quoteName(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 79)}…` : name);
}
