const DAY_MS = 86_400_000;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

export const daysInMonth = (year: number, month: number): number =>
  month === 2 && isLeapYear(year) ? 29 : (MONTH_DAYS[month - 1] ?? 0);

/** Milliseconds of a date's midnight since 1970, as if in UTC. Years below 100 are taken as they are. */
export function midnightMs(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime();
}

/** 0 for Monday to 6 for Sunday. */
export function weekday(year: number, month: number, day: number): number {
  const days = Math.round(midnightMs(year, month, day) / DAY_MS);
  return (((days + 3) % 7) + 7) % 7;
}

/** 1 to 366. */
export function dayOfYear(year: number, month: number, day: number): number {
  return Math.round((midnightMs(year, month, day) - midnightMs(year, 1, 1)) / DAY_MS) + 1;
}

/** The ISO 8601 week, and the year that it belongs to. */
export function isoWeek(year: number, month: number, day: number): { year: number; week: number } {
  // A week belongs to the year that its Thursday is in.
  const thursday = new Date(midnightMs(year, month, day) + (3 - weekday(year, month, day)) * DAY_MS);
  const isoYear = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - midnightMs(isoYear, 1, 1)) / (7 * DAY_MS)) + 1;
  return { year: isoYear, week };
}
