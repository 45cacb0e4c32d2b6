const NUMBERS = new Intl.NumberFormat('en');
const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes in powers of 1,000, with three digits at the most: `1.24 MB`. */
export function bytesInWords(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 999.5 && unit < UNITS.length - 1) [value, unit] = [value / 1_000, unit + 1];
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${new Intl.NumberFormat('en', { maximumFractionDigits: digits }).format(value)} ${UNITS[unit]}`;
}

/** A span of time by its two largest units: `3 min 20 s`. */
export function durationInWords(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return '< 1 s';
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** A count that stopped at a bound says so. */
export const countedTo = (count: number, most: number): string =>
  count < most ? NUMBERS.format(count) : `${NUMBERS.format(most)} or more`;

/** How far along something is, of all that there is: whole percents, and 100 not before it is done. */
export function progressOf(done: number, all: number): { percent: number; text: string } {
  const percent = all <= 0 ? 100 : Math.floor((Math.min(done, all) / all) * 100);
  return { percent, text: `position ${NUMBERS.format(done)} of ${NUMBERS.format(all)}` };
}
