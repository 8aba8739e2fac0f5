/** Whether a character's canonical decomposition is younger than the reference, which neither takes it apart nor puts it together. */
export function decomposesSinceUnicode10(codePoint: number): boolean {
  return young.has(codePoint);
}

const young: ReadonlySet<number> = new Set([
  0x105c9, 0x105e4, 0x11383, 0x11385, 0x1138e, 0x11391, 0x113c5, 0x113c7, 0x113c8, 0x11938, 0x16121, 0x16122, 0x16123,
  0x16124, 0x16125, 0x16126, 0x16127, 0x16128, 0x16d68, 0x16d69, 0x16d6a,
]);
