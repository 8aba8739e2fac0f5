import { decodeUtf8 } from './decodeUtf8.js';
import { assertAllowedGlobal, callGlobal, storageOf } from './pickleGlobals.js';
import { isKind, type PickleValue } from './PickleValue.js';
import { TorchFileError } from './TorchFileError.js';

/** A place on the stack to which a later opcode goes back. */
const MARK = Symbol('mark');

/**
 * Runs a pickle of protocol 2 on a machine that knows tensors and plain values and nothing else: names are compared with a table and never
 * looked up, and an opcode that is not listed here ends it. Time and memory are linear in the length of the pickle.
 *
 * The opcodes are those that `torch.load(weights_only=True)` of torch 2.13 knows, less the ones that make objects and sets; their meaning is
 * that of Python's `pickletools`.
 *
 * @param bytes - of `data.pkl`
 * @throws TorchFileError when the pickle is damaged or wants more
 */
export function unpickle(bytes: Uint8Array): PickleValue {
  return new PickleMachine(bytes).run();
}

class PickleMachine {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #stack: (PickleValue | typeof MARK)[] = [];
  readonly #memo = new Map<number, PickleValue>();
  #place = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  run(): PickleValue {
    for (;;) {
      const opcode = this.#uint8();
      if (opcode === 0x2e /* STOP */) break;
      this.#step(opcode);
    }
    const result = this.#pop();
    if (this.#stack.length > 0 || this.#place !== this.#bytes.length) throw this.#error('must end with one value');
    return result;
  }

  #step(opcode: number): void {
    switch (opcode) {
      case 0x80: // PROTO
        if (this.#uint8() !== 2) throw this.#error('must be of protocol 2');
        break;
      case 0x28: // MARK
        this.#stack.push(MARK);
        break;
      case 0x4e: // NONE
        this.#push(null);
        break;
      case 0x88: // NEWTRUE
        this.#push(true);
        break;
      case 0x89: // NEWFALSE
        this.#push(false);
        break;
      case 0x4b: // BININT1
        this.#push(this.#uint8());
        break;
      case 0x4d: // BININT2
        this.#push(this.#view.getUint16(this.#take(2), true));
        break;
      case 0x4a: // BININT
        this.#push(this.#view.getInt32(this.#take(4), true));
        break;
      case 0x8a: // LONG1
        this.#push(this.#long());
        break;
      case 0x47: // BINFLOAT
        this.#push(this.#view.getFloat64(this.#take(8), false));
        break;
      case 0x58: // BINUNICODE
        this.#push(this.#text(this.#view.getUint32(this.#take(4), true)));
        break;
      case 0x55: // SHORT_BINSTRING
        this.#push(this.#text(this.#uint8()));
        break;
      case 0x63: // GLOBAL
        this.#push(this.#global());
        break;
      case 0x29: // EMPTY_TUPLE
        this.#push({ kind: 'tuple', items: [] });
        break;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        this.#push({ kind: 'tuple', items: this.#popMany(opcode - 0x84) });
        break;
      case 0x74: // TUPLE
        this.#push({ kind: 'tuple', items: this.#popToMark() });
        break;
      case 0x5d: // EMPTY_LIST
        this.#push({ kind: 'list', items: [] });
        break;
      case 0x61: // APPEND
        this.#append(this.#popMany(1));
        break;
      case 0x65: // APPENDS
        this.#append(this.#popToMark());
        break;
      case 0x7d: // EMPTY_DICT
        this.#push({ kind: 'dictionary', entries: new Map() });
        break;
      case 0x73: // SETITEM
        this.#setItems(this.#popMany(2));
        break;
      case 0x75: // SETITEMS
        this.#setItems(this.#popToMark());
        break;
      case 0x68: // BINGET
        this.#push(this.#recall(this.#uint8()));
        break;
      case 0x6a: // LONG_BINGET
        this.#push(this.#recall(this.#view.getUint32(this.#take(4), true)));
        break;
      case 0x71: // BINPUT
        this.#memo.set(this.#uint8(), this.#top());
        break;
      case 0x72: // LONG_BINPUT
        this.#memo.set(this.#view.getUint32(this.#take(4), true), this.#top());
        break;
      case 0x51: // BINPERSID
        this.#push(storageOf(this.#pop()));
        break;
      case 0x52: // REDUCE
        this.#reduce();
        break;
      case 0x62: // BUILD
        this.#build();
        break;
      default:
        throw this.#error(`must not use opcode 0x${opcode.toString(16).padStart(2, '0')}`);
    }
  }

  #reduce(): void {
    const args = this.#pop();
    const callee = this.#pop();
    if (!isKind(callee, 'global') || !isKind(args, 'tuple')) throw this.#error('must call a known name with a tuple');
    this.#push(callGlobal(callee.name, args.items));
  }

  /** State dicts carry attributes (`_metadata`) that say nothing about values. */
  #build(): void {
    const state = this.#pop();
    if (!isKind(this.#top(), 'dictionary') || !isKind(state, 'dictionary')) {
      throw this.#error('must set attributes of a dictionary only');
    }
  }

  #append(items: readonly PickleValue[]): void {
    const list = this.#top();
    if (!isKind(list, 'list')) throw this.#error('must append to a list');
    for (const item of items) list.items.push(item);
  }

  #setItems(items: readonly PickleValue[]): void {
    const dictionary = this.#top();
    if (!isKind(dictionary, 'dictionary') || items.length % 2 !== 0)
      throw this.#error('must set items of a dictionary');
    for (let i = 0; i < items.length; i += 2) dictionary.entries.set(items[i] ?? null, items[i + 1] ?? null);
  }

  #global(): PickleValue {
    const name = `${this.#line()}.${this.#line()}`;
    assertAllowedGlobal(name);
    return { kind: 'global', name };
  }

  #recall(index: number): PickleValue {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.#error(`must store memo ${index} before it reads it`);
    return value;
  }

  #push(value: PickleValue): void {
    this.#stack.push(value);
  }

  #top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined || value === MARK) throw this.#error('must not read an empty stack');
    return value;
  }

  #pop(): PickleValue {
    const value = this.#top();
    this.#stack.pop();
    return value;
  }

  #popMany(count: number): PickleValue[] {
    return Array.from({ length: count }, () => this.#pop()).reverse();
  }

  #popToMark(): PickleValue[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark < 0) throw this.#error('must set a mark before it goes back to one');
    const items = this.#stack.splice(mark).slice(1);
    // No mark can be above the last one.
    return items as PickleValue[];
  }

  #long(): number {
    const length = this.#uint8();
    const start = this.#take(length);
    const value = BigInt.asIntN(
      length * 8,
      this.#bytes.subarray(start, start + length).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n),
    );
    if (!Number.isSafeInteger(Number(value))) throw this.#error('must hold integers up to 2^53 - 1');
    return Number(value);
  }

  #text(length: number): string {
    const start = this.#take(length);
    const text = decodeUtf8(this.#bytes.subarray(start, start + length));
    if (text === undefined) throw this.#error('must hold UTF-8 text');
    return text;
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#place);
    if (end < 0) throw this.#error('must end its lines');
    const line = this.#text(end - this.#place);
    this.#place += 1;
    return line;
  }

  #uint8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  /** Where the next `length` bytes begin. */
  #take(length: number): number {
    const start = this.#place;
    if (start + length > this.#bytes.length) throw this.#error('must not end in the middle');
    this.#place += length;
    return start;
  }

  #error(problem: string): TorchFileError {
    return new TorchFileError(`openTorchFile: the pickle ${problem} (byte ${this.#place} of ${this.#bytes.length}).`);
  }
}
