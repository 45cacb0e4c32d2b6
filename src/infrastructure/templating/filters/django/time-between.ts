import { isLeapYear } from '../../dates/calendar.js';
import type { PyDateTime } from '../../values/value.js';

const DAY = 86_400;
const UNITS: readonly (readonly [seconds: number, name: string])[] = [
  [365 * DAY, 'year'],
  [30 * DAY, 'month'],
  [7 * DAY, 'week'],
  [DAY, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
];

/**
 * The time from one moment to a later one in its two largest units, if they are neighbours: `1 year, 3 months`. Nothing below
 * a minute counts. The blank before a unit is one that doesn't break.
 */
export function timeBetween(from: PyDateTime, to: PyDateTime): string {
  let seconds = secondsBetween(from, to) - leapDays(from, to) * DAY;
  const first = seconds <= 0 ? -1 : UNITS.findIndex(([size]) => seconds >= size);
  if (first < 0) return '0\xa0minutes';
  const parts: string[] = [];
  for (const [size, name] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(seconds / size);
    if (count === 0) break;
    parts.push(`${count}\xa0${name}${count === 1 ? '' : 's'}`);
    seconds -= count * size;
  }
  return parts.join(', ');
}

function secondsBetween(from: PyDateTime, to: PyDateTime): number {
  const ms = instantMs(to) - instantMs(from);
  return Math.floor((ms * 1000 + to.microseconds - from.microseconds) / 1_000_000);
}

const instantMs = (moment: PyDateTime): number => moment.wallMs - (moment.offsetMinutes ?? 0) * 60_000;

/** Years of 365 days are counted, so leap days go. The ends' own years are dealt with as roughly as Django does. */
function leapDays(from: PyDateTime, to: PyDateTime): number {
  const first = new Date(from.wallMs).getUTCFullYear();
  const last = new Date(to.wallMs).getUTCFullYear();
  const days = leapYearsBefore(last) - leapYearsBefore(first);
  if (days === 0) return 0;
  if (isLeapYear(first)) return days - 1;
  return isLeapYear(last) ? days + 1 : days;
}

function leapYearsBefore(year: number): number {
  const last = year - 1;
  return Math.floor(last / 4) - Math.floor(last / 100) + Math.floor(last / 400);
}
