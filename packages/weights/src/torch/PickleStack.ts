import { type PickleReader } from './PickleReader.js';
import { type PickleValue } from './PickleValue.js';

/** A place on the stack to which a later opcode goes back. */
const MARK = Symbol('mark');

/** The values of a pickle machine that wait to be used, and those that it remembers by number. */
export class PickleStack {
  readonly #values: (PickleValue | typeof MARK)[] = [];
  readonly #memo = new Map<number, PickleValue>();
  readonly #reader: PickleReader;

  /** @param reader - says where something is wrong */
  constructor(reader: PickleReader) {
    this.#reader = reader;
  }

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.#values.length === 0;
  }

  push(value: PickleValue): void {
    this.#values.push(value);
  }

  pushMark(): void {
    this.#values.push(MARK);
  }

  top(): PickleValue {
    const value = this.#values.at(-1);
    if (value === undefined || value === MARK) throw this.#reader.error('must not read an empty stack');
    return value;
  }

  pop(): PickleValue {
    const value = this.top();
    this.#values.pop();
    return value;
  }

  popMany(count: number): PickleValue[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  popToMark(): PickleValue[] {
    const mark = this.#values.lastIndexOf(MARK);
    if (mark < 0) throw this.#reader.error('must set a mark before it goes back to one');
    const items = this.#values.splice(mark).slice(1);
    // No mark can be above the last one.
    return items as PickleValue[];
  }

  /** @param index - default: the next free number */
  remember(index = this.#memo.size): void {
    this.#memo.set(index, this.top());
  }

  recall(index: number): PickleValue {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.#reader.error(`must store memo ${index} before it reads it`);
    return value;
  }
}
