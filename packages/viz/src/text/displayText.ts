/**
 * Makes text of unknown origin fit to be shown: bounded, well formed, without control characters.
 *
 * Escape sequences become visible control pictures, lone surrogates U+FFFD. Characters that turn the direction of what follows
 * are left out, lest a text turn the page's own words around. It does not escape for HTML: JSX does.
 *
 * @param maxLength - characters kept; what was cut is marked by an ellipsis
 */
export function displayText(text: string, maxLength: number): string {
  // Cut before anything else: a text may be a megabyte long.
  const kept = text.length > maxLength ? `${withoutHalf(text.slice(0, Math.max(0, maxLength - 1))).trimEnd()}…` : text;
  let shown = '';
  for (const character of kept) {
    const code = character.codePointAt(0) ?? 0;
    if (isDirectional(code)) continue;
    shown += isLoneSurrogate(code) || isNonCharacter(code) ? '\uFFFD' : isControl(code) ? pictureOf(code) : character;
  }
  return shown;
}

function isLoneSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff;
}

/** XML forbids these; an SVG that holds one does not parse. */
function isNonCharacter(code: number): boolean {
  return (code & 0xfffe) === 0xfffe;
}

/** Embeddings, overrides and isolates; the harmless marks U+200E and U+200F stay. */
function isDirectional(code: number): boolean {
  return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

function isControl(code: number): boolean {
  return code < 0x20 || (code >= 0x7f && code <= 0x9f);
}

function pictureOf(code: number): string {
  if (code === 0x09 || code === 0x0a || code === 0x0d) return ' ';
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\uFFFD';
}

/** A cut may have gone through a surrogate pair. */
function withoutHalf(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
}
