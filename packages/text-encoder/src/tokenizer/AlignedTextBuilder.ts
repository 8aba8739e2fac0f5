import { AlignedText } from './AlignedText.js';

/** Puts an {@link AlignedText} together, character by character. */
export class AlignedTextBuilder {
  #text = '';
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  /** Appends characters that all come from `[start, end)` of the source. */
  add(characters: string, start: number, end: number): void {
    this.#text += characters;
    while (this.#starts.length < this.#text.length) {
      this.#starts.push(start);
      this.#ends.push(end);
    }
  }

  /** What was added. */
  build(): AlignedText {
    return new AlignedText(this.#text, this.#starts, this.#ends);
  }
}
