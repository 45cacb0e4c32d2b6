/** Python's white space, for a character class: it differs from JavaScript's by the separators 1c to 1f, next line, and no BOM. */
export const SPACES = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

const NO_SPACES = new RegExp(`[^${SPACES}]+`, 'g');
const SPACE = new RegExp(`[${SPACES}]`);

export const isSpace = (character: string): boolean => SPACE.test(character);

/** Python's `text.split()`. */
export function words(text: string): string[] {
  return text.match(NO_SPACES) ?? [];
}

/** Python's `text.strip()`. Walks from both ends: a regular expression for the end takes quadratic time. */
export function strip(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charAt(start))) start++;
  while (end > start && isSpace(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}
