import { assertAllowedGlobal, callGlobal, storageOf } from './pickleGlobals.js';
import { PickleReader } from './PickleReader.js';
import { PickleStack } from './PickleStack.js';
import { isKind, type PickleValue } from './PickleValue.js';

/** What `torch.save` writes is 2, unless its `pickle_protocol` says otherwise. */
const protocols = new Set([2, 3, 4, 5]);

/**
 * Runs a pickle on a machine that knows tensors and plain values and nothing else: names are compared with a table and never
 * looked up, and an opcode that is not listed here ends it. Time and memory are linear in the length of the pickle.
 *
 * The opcodes are those that `torch.load(weights_only=True)` of torch 2.13 knows, less the ones that make objects and sets, and the four that
 * protocol 4 writes in place of others; their meaning is that of Python's `pickletools`.
 *
 * @param bytes - of `data.pkl`
 * @throws TorchFileError when the pickle is damaged or wants more
 */
export function unpickle(bytes: Uint8Array): PickleValue {
  return new PickleMachine(bytes).run();
}

class PickleMachine {
  readonly #reader: PickleReader;
  readonly #stack: PickleStack;

  constructor(bytes: Uint8Array) {
    this.#reader = new PickleReader(bytes);
    this.#stack = new PickleStack(this.#reader);
  }

  run(): PickleValue {
    for (;;) {
      const opcode = this.#reader.uint8();
      if (opcode === 0x2e /* STOP */) break;
      this.#step(opcode);
    }
    const result = this.#stack.pop();
    if (!this.#stack.isEmpty || !this.#reader.isAtEnd) throw this.#reader.error('must end with one value');
    return result;
  }

  #step(opcode: number): void {
    const [reader, stack] = [this.#reader, this.#stack];
    switch (opcode) {
      case 0x80: // PROTO
        if (!protocols.has(reader.uint8())) throw reader.error('must be of protocol 2 to 5');
        break;
      case 0x95: // FRAME
        reader.frame();
        break;
      case 0x28: // MARK
        stack.pushMark();
        break;
      case 0x4e: // NONE
        stack.push(null);
        break;
      case 0x88: // NEWTRUE
        stack.push(true);
        break;
      case 0x89: // NEWFALSE
        stack.push(false);
        break;
      case 0x4b: // BININT1
        stack.push(reader.uint8());
        break;
      case 0x4d: // BININT2
        stack.push(reader.uint16());
        break;
      case 0x4a: // BININT
        stack.push(reader.int32());
        break;
      case 0x8a: // LONG1
        stack.push(reader.long());
        break;
      case 0x47: // BINFLOAT
        stack.push(reader.float64());
        break;
      case 0x58: // BINUNICODE
        stack.push(reader.text(reader.uint32()));
        break;
      case 0x8c: // SHORT_BINUNICODE
      case 0x55: // SHORT_BINSTRING
        stack.push(reader.text(reader.uint8()));
        break;
      case 0x63: // GLOBAL
        stack.push(this.#global(`${reader.line()}.${reader.line()}`));
        break;
      case 0x93: // STACK_GLOBAL
        stack.push(this.#stackGlobal());
        break;
      case 0x29: // EMPTY_TUPLE
        stack.push({ kind: 'tuple', items: [] });
        break;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        stack.push({ kind: 'tuple', items: stack.popMany(opcode - 0x84) });
        break;
      case 0x74: // TUPLE
        stack.push({ kind: 'tuple', items: stack.popToMark() });
        break;
      case 0x5d: // EMPTY_LIST
        stack.push({ kind: 'list', items: [] });
        break;
      case 0x61: // APPEND
        this.#append(stack.popMany(1));
        break;
      case 0x65: // APPENDS
        this.#append(stack.popToMark());
        break;
      case 0x7d: // EMPTY_DICT
        stack.push({ kind: 'dictionary', entries: new Map() });
        break;
      case 0x73: // SETITEM
        this.#setItems(stack.popMany(2));
        break;
      case 0x75: // SETITEMS
        this.#setItems(stack.popToMark());
        break;
      case 0x68: // BINGET
        stack.push(stack.recall(reader.uint8()));
        break;
      case 0x6a: // LONG_BINGET
        stack.push(stack.recall(reader.uint32()));
        break;
      case 0x71: // BINPUT
        stack.remember(reader.uint8());
        break;
      case 0x72: // LONG_BINPUT
        stack.remember(reader.uint32());
        break;
      case 0x94: // MEMOIZE
        stack.remember();
        break;
      case 0x51: // BINPERSID
        stack.push(storageOf(stack.pop()));
        break;
      case 0x52: // REDUCE
        this.#reduce();
        break;
      case 0x62: // BUILD
        this.#build();
        break;
      default:
        throw reader.error(`must not use opcode 0x${opcode.toString(16).padStart(2, '0')}`);
    }
  }

  #reduce(): void {
    const args = this.#stack.pop();
    const callee = this.#stack.pop();
    if (!isKind(callee, 'global') || !isKind(args, 'tuple'))
      throw this.#reader.error('must call a known name with a tuple');
    this.#stack.push(callGlobal(callee.name, args.items));
  }

  /** State dicts carry attributes (`_metadata`) that say nothing about values. */
  #build(): void {
    const state = this.#stack.pop();
    if (!isKind(this.#stack.top(), 'dictionary') || !isKind(state, 'dictionary')) {
      throw this.#reader.error('must set attributes of a dictionary only');
    }
  }

  #append(items: readonly PickleValue[]): void {
    const list = this.#stack.top();
    if (!isKind(list, 'list')) throw this.#reader.error('must append to a list');
    for (const item of items) list.items.push(item);
  }

  #setItems(items: readonly PickleValue[]): void {
    const dictionary = this.#stack.top();
    if (!isKind(dictionary, 'dictionary') || items.length % 2 !== 0)
      throw this.#reader.error('must set items of a dictionary');
    for (let i = 0; i < items.length; i += 2) dictionary.entries.set(items[i] ?? null, items[i + 1] ?? null);
  }

  #stackGlobal(): PickleValue {
    const [module, name] = this.#stack.popMany(2);
    if (typeof module !== 'string' || typeof name !== 'string') throw this.#reader.error('must name a global by text');
    return this.#global(`${module}.${name}`);
  }

  #global(name: string): PickleValue {
    assertAllowedGlobal(name);
    return { kind: 'global', name };
  }
}
