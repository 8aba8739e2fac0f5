/**
 * How long a server wants to be left alone, from its `Retry-After`: seconds, or a date.
 *
 * RFC 9110, section 10.2.3.
 *
 * @param header - its value, if it is there
 * @param now - milliseconds since 1970
 * @returns milliseconds from 0, or undefined when it says nothing
 */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
