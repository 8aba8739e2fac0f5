/** A text that knows where in the source each of its UTF-16 units comes from. */
export class AlignedText {
  /**
   * @param text - what became of the source
   * @param starts - index in the source where the character behind each unit starts
   * @param ends - index in the source where that character ends
   */
  constructor(
    readonly text: string,
    readonly starts: readonly number[],
    readonly ends: readonly number[],
  ) {}

  /** A source as it stands, but for lone surrogates, which are U+FFFD from here on: no other language has them. */
  static of(source: string): AlignedText {
    const text = source.replace(/\p{Surrogate}/gu, '\ufffd');
    const starts: number[] = [];
    const ends: number[] = [];
    for (let start = 0; start < text.length;) {
      const end = start + ((text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1);
      for (let unit = start; unit < end; unit += 1) {
        starts.push(start);
        ends.push(end);
      }
      start = end;
    }
    return new AlignedText(text, starts, ends);
  }

  /** The units in `[start, end)`. */
  slice(start: number, end = this.text.length): AlignedText {
    return new AlignedText(this.text.slice(start, end), this.starts.slice(start, end), this.ends.slice(start, end));
  }
}
