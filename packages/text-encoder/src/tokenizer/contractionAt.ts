const contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

/** The English contraction that begins at a place, as byte-level tokenizers know them: in lowercase. */
export function contractionAt(text: string, start: number): string | undefined {
  if (text[start] !== "'") return undefined;
  return contractions.find((contraction) => text.startsWith(contraction, start));
}
