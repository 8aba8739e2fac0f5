/**
 * The first key that occurs twice in one object of a JSON text; `JSON.parse` keeps the last one in silence.
 *
 * @param json - valid JSON
 */
export function findDuplicateKey(json: string): string | undefined {
  /** Keys of each open object; arrays have none. */
  const open: (Set<string> | undefined)[] = [];
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (character === '{') open.push(new Set());
    else if (character === '[') open.push(undefined);
    else if (character === '}' || character === ']') open.pop();
    else if (character === '"') {
      const end = endOfString(json, i);
      const keys = open.at(-1);
      if (keys && nextVisible(json, end + 1) === ':') {
        const key = JSON.parse(json.slice(i, end + 1)) as string;
        if (keys.has(key)) return key;
        keys.add(key);
      }
      i = end;
    }
  }
  return undefined;
}

function endOfString(json: string, start: number): number {
  let i = start + 1;
  while (i < json.length && json[i] !== '"') i += json[i] === '\\' ? 2 : 1;
  return i;
}

function nextVisible(json: string, start: number): string | undefined {
  let i = start;
  while (i < json.length && /\s/.test(json[i] ?? '')) i++;
  return json[i];
}
