import { dateOf } from './date-of.js';
import type { DateUnit, ValueFilter } from './filter.js';

export type DateFilter = Extract<ValueFilter, { type: 'date' }>;

const HOUR = 3_600_000;
const LENGTH_OF: Readonly<Record<DateUnit, number>> = { hour: HOUR, day: 24 * HOUR, week: 7 * 24 * HOUR };

/**
 * Whether a date is as the filter says, by UTC as in Klaviyo's segments.
 * @param date and `now`: epoch milliseconds
 */
export function matchesDate(filter: DateFilter, date: number, now: number): boolean {
  switch (filter.operator) {
    case 'before':
      return date < (dateOf(filter.date) ?? Number.NaN);
    case 'after':
      return date > (dateOf(filter.date) ?? Number.NaN);
    case 'between-static':
      return within(date, dateOf(filter.start) ?? Number.NaN, dateOf(filter.end) ?? Number.NaN);
    case 'at-least':
      return date <= now - filter.quantity * LENGTH_OF[filter.unit];
    case 'in-the-last':
      return within(date, now - filter.quantity * LENGTH_OF[filter.unit], now);
    case 'in-the-next':
      return within(date, now, now + filter.quantity * LENGTH_OF[filter.unit]);
    case 'between':
      return within(date, now - filter.end * LENGTH_OF[filter.unit], now - filter.start * LENGTH_OF[filter.unit]);
    case 'calendar-month':
      return new Date(date).getUTCMonth() + 1 === filter.value;
    case 'anniversary':
      return startOfDay(anniversaryIn(new Date(now).getUTCFullYear(), date)) === startOfDay(now);
    case 'anniversary-month':
      return new Date(date).getUTCMonth() === new Date(now).getUTCMonth();
    case 'anniversary-last':
      return hasAnniversary(date, now - filter.quantity * LENGTH_OF[filter.unit], now);
    case 'anniversary-next':
      return hasAnniversary(date, now, now + filter.quantity * LENGTH_OF[filter.unit]);
  }
}

/** Both ends count. */
const within = (date: number, start: number, end: number): boolean => start <= date && date <= end;

const startOfDay = (date: number): number => date - (((date % LENGTH_OF.day) + LENGTH_OF.day) % LENGTH_OF.day);

/** Whether the date's day and month come round in that time. In more than a year's time every day does. */
function hasAnniversary(date: number, start: number, end: number): boolean {
  const first = new Date(start).getUTCFullYear();
  const last = Math.min(new Date(end).getUTCFullYear(), first + 2);
  for (let year = first; year <= last; year++) if (within(anniversaryIn(year, date), start, end)) return true;
  return false;
}

/** The date in another year, at the same time of the day. 29 February is kept on the 28th in a year that has none. */
function anniversaryIn(year: number, date: number): number {
  const anniversary = new Date(date);
  const month = anniversary.getUTCMonth();
  anniversary.setUTCFullYear(year);
  // The day after 28 February, where there is no 29th.
  if (anniversary.getUTCMonth() !== month) anniversary.setUTCDate(0);
  return anniversary.getTime();
}
