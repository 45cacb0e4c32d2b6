/** No receiver can put a delivery off for longer than this; the retry window ends before. */
const LONGEST = 7 * 24 * 3_600_000;

/**
 * What a `Retry-After` header asks for, in milliseconds from now: seconds, or an HTTP date (RFC 9110, section 10.2.3).
 * Undefined where it is neither.
 */
export function retryAfterMs(value: string, now: number): number | undefined {
  const text = value.trim();
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, LONGEST);
  if (!/^[A-Za-z]{3,9},? /.test(text)) return undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - now), LONGEST);
}
