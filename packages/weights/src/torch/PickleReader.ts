import { decodeUtf8 } from './decodeUtf8.js';
import { TorchFileError } from './TorchFileError.js';

/** The bytes of a pickle, read from the front. Each method throws a TorchFileError where they end too early. */
export class PickleReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #place = 0;

  /** @param bytes - of `data.pkl` */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Whether nothing is left. */
  get isAtEnd(): boolean {
    return this.#place === this.#bytes.length;
  }

  uint8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  /** As the only number, with its first byte first. */
  float64(): number {
    return this.#view.getFloat64(this.#take(8), false);
  }

  /** The length of a frame, which must lie within the pickle. */
  frame(): void {
    const length = this.#view.getBigUint64(this.#take(8), true);
    if (length > BigInt(this.#bytes.length - this.#place)) throw this.error('must not end in the middle');
  }

  /** A signed integer of as many bytes as the first one says. */
  long(): number {
    const length = this.uint8();
    const start = this.#take(length);
    const value = BigInt.asIntN(
      length * 8,
      this.#bytes.subarray(start, start + length).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n),
    );
    if (!Number.isSafeInteger(Number(value))) throw this.error('must hold integers up to 2^53 - 1');
    return Number(value);
  }

  /** So many bytes of text. */
  text(length: number): string {
    const start = this.#take(length);
    const text = decodeUtf8(this.#bytes.subarray(start, start + length));
    if (text === undefined) throw this.error('must hold UTF-8 text');
    return text;
  }

  /** Text up to the end of its line. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#place);
    if (end < 0) throw this.error('must end its lines');
    const line = this.text(end - this.#place);
    this.#place += 1;
    return line;
  }

  /** What is wrong, and where. */
  error(problem: string): TorchFileError {
    return new TorchFileError(`openTorchFile: the pickle ${problem} (byte ${this.#place} of ${this.#bytes.length}).`);
  }

  /** Where the next `length` bytes begin. */
  #take(length: number): number {
    const start = this.#place;
    if (start + length > this.#bytes.length) throw this.error('must not end in the middle');
    this.#place += length;
    return start;
  }
}
