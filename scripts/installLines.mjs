/**
 * The packages that the `npm install` lines of a text name, in order.
 *
 * @param {string} text - Markdown or shell
 * @returns {string[][]} one list per line
 */
export function installLines(text) {
  return [...text.matchAll(/^npm install (.+)$/gm)].map(([, rest]) =>
    rest
      .replace(/#.*$/, '')
      .trim()
      .split(/\s+/)
      .filter((word) => !word.startsWith('-')),
  );
}
