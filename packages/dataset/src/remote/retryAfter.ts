/**
 * How long a server wants to be left alone, in milliseconds from 0.
 *
 * Both forms of RFC 9110, section 10.2.3: seconds, or a date.
 *
 * @param header - value of `Retry-After`
 * @param now - milliseconds since 1970
 * @returns undefined when there is no header, or it is neither
 */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = /^[a-z]{3,9},/i.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
