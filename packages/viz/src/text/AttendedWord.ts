/** A word of a text and how much attention it has. */
export interface AttendedWord {
  readonly text: string;
  /** At least 0; `NaN` where unknown. Shades are relative to the largest weight of the text. */
  readonly weight: number;
  /** Whether a space stands before the word; default `true`. */
  readonly spaceBefore?: boolean;
  /** Where in the picture this word looked: one weight per patch, rows from top to bottom. */
  readonly attention?: readonly (readonly number[])[];
}
