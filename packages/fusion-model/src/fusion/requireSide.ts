/** Narrows a side that the model provides whenever the strategy needs it. */
export function requireSide<T>(side: T | undefined, name: 'text' | 'image', fusion: string): T {
  if (side === undefined) throw new TypeError(`${fusion}: ${name} features must be given, got none.`);
  return side;
}
