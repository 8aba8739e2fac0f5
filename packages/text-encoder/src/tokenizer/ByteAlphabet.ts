import { type AlignedText } from './AlignedText.js';
import { AlignedTextBuilder } from './AlignedTextBuilder.js';

/**
 * The characters that stand for bytes in byte-level vocabularies: printable ones of Latin-1 for themselves, the others from U+0100 on.
 *
 * https://github.com/openai/gpt-2, `encoder.py`.
 */
export class ByteAlphabet {
  /** One per byte. */
  readonly characters: readonly string[];
  readonly #bytes: ReadonlyMap<string, number>;
  readonly #encoder = new TextEncoder();

  constructor() {
    let next = 0x100;
    this.characters = Array.from({ length: 256 }, (_, byte) => {
      const isPrintable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
      return String.fromCharCode(isPrintable ? byte : next++);
    });
    this.#bytes = new Map(this.characters.map((character, byte) => [character, byte]));
  }

  /** Each character of a word as those of its bytes in UTF-8, all of them aligned with it. */
  spell({ text, starts, ends }: AlignedText): AlignedText {
    const builder = new AlignedTextBuilder();
    let unit = 0;
    for (const character of text) {
      const spelled = character < '\x80' ? (this.characters[character.charCodeAt(0)] ?? '') : this.#spell(character);
      builder.add(spelled, starts[unit] ?? 0, ends[unit] ?? 0);
      unit += character.length;
    }
    return builder.build();
  }

  /** The text that tokens spell; bytes that are no UTF-8 become U+FFFD. A token with other characters stands for itself. */
  read(tokens: readonly string[]): string {
    const bytes = tokens.flatMap((token) => this.#bytesOf(token) ?? [...this.#encoder.encode(token)]);
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
  }

  #spell(character: string): string {
    return Array.from(this.#encoder.encode(character), (byte) => this.characters[byte]).join('');
  }

  #bytesOf(token: string): number[] | undefined {
    const bytes = Array.from(token, (character) => this.#bytes.get(character) ?? -1);
    return bytes.includes(-1) ? undefined : bytes;
  }
}
