/** A value for a message: short, with control characters escaped. */
export function quote(value: unknown): string {
  // The declared type forgets that undefined stays undefined.
  return ((JSON.stringify(value) as string | undefined) ?? 'undefined').slice(0, 80);
}
