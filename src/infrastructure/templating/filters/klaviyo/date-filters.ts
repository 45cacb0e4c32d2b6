import { midnightMs } from '../../dates/calendar.js';
import { parseIsoDateTime } from '../../dates/date-format.js';
import { str } from '../../values/printing.js';
import { type Budget, PyDate, PyDateTime, type Value } from '../../values/value.js';
import type { Filter } from '../filter.js';
import { numberOf } from './numeric.js';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** No date that is read is longer; a longer text isn't looked at. */
const LONGEST_DATE = 64;

/** `02-11-2016` or `02/11/2016`: month, day, year, with an optional time behind. */
const MONTH_FIRST = /^(\d{2})([-/])(\d{2})\2(\d{4})$/;
const YEAR_FIRST = /^(\d{4})-(\d{2})-(\d{2})(.*)$/s;

/** The moment that a value is or, for a text, names. */
const dateTimeOf = (value: Value, budget: Budget): PyDateTime | PyDate | undefined => {
  if (value instanceof PyDateTime || value instanceof PyDate) {
    return value;
  }
  const text = dateText(value, budget);
  if (text === undefined) {
    return undefined;
  }
  const [, month, , day, year] = MONTH_FIRST.exec(text) ?? [];
  return parseIsoDateTime(month === undefined ? text : `${year}-${month}-${day}`);
};

const dateText = (value: Value, budget: Budget): string | undefined => {
  const text = str(value, budget);
  return text.length > LONGEST_DATE ? undefined : text.trim();
};

/** The date-time of a text such as `2016-02-11T16:46:08-05:00`, for `date` to print; nothing where it is none. */
const dateTimeFromText: Filter = {
  argument: 'none',
  apply: (value, _argument, { budget }) => dateTimeOf(value, budget) ?? '',
};

/** A date so many days later, in the form it has: a text stays a text. Nothing where it is no date. */
const daysLater: Filter = {
  argument: 'required',
  apply: (value, argument, { budget }) => {
    const days = numberOf(argument);
    return days === undefined ? '' : (later(value, Math.trunc(days), budget) ?? '');
  },
};

const later = (value: Value, days: number, budget: Budget): Value => {
  if (value instanceof PyDateTime) {
    const shifted = shiftedDate(value.wallMs, days);
    return shifted && new PyDateTime(shifted.getTime(), value.microseconds, value.offsetMinutes);
  }
  if (value instanceof PyDate) {
    const shifted = shiftedDate(midnightMs(value.year, value.month, value.day), days);
    return shifted && new PyDate(shifted.getUTCFullYear(), shifted.getUTCMonth() + 1, shifted.getUTCDate());
  }
  const text = dateText(value, budget);
  if (text === undefined || dateTimeOf(text, budget) === undefined) {
    return undefined;
  }
  const monthFirst = MONTH_FIRST.exec(text);
  if (monthFirst !== null) {
    const [, month, separator, day, year] = monthFirst;
    const shifted = shiftedDate(midnightMs(Number(year), Number(month), Number(day)), days);
    return (
      shifted &&
      [
        twoDigits(shifted.getUTCMonth() + 1),
        twoDigits(shifted.getUTCDate()),
        fourDigits(shifted.getUTCFullYear()),
      ].join(separator)
    );
  }
  const [, year, month, day, rest] = YEAR_FIRST.exec(text) ?? [];
  const shifted = shiftedDate(midnightMs(Number(year), Number(month), Number(day)), days);
  return (
    shifted &&
    `${fourDigits(shifted.getUTCFullYear())}-${twoDigits(shifted.getUTCMonth() + 1)}-${twoDigits(shifted.getUTCDate())}${rest}`
  );
};

/** undefined beyond the years 1 to 9999, which are all that Python's dates have. */
const shiftedDate = (ms: number, days: number): Date | undefined => {
  const shifted = new Date(ms + days * DAY_MS);
  const year = shifted.getUTCFullYear();
  return year >= 1 && year <= 9999 ? shifted : undefined;
};

const twoDigits = (number: number): string => String(number).padStart(2, '0');
const fourDigits = (number: number): string => String(number).padStart(4, '0');

/** Whole weeks from a date until now, or until the argument's date; UTC where none names an offset. */
const weeksSince: Filter = {
  argument: 'optional',
  apply: (value, argument, { budget, now }) => {
    const since = dateTimeOf(value, budget);
    const until = argument === undefined ? undefined : dateTimeOf(argument, budget);
    if (since === undefined || (argument !== undefined && until === undefined)) {
      return '';
    }
    const untilMs = until === undefined ? now() : epochMsOf(until);
    return Math.floor((untilMs - epochMsOf(since)) / WEEK_MS);
  },
};

const epochMsOf = (moment: PyDateTime | PyDate): number =>
  moment instanceof PyDate
    ? midnightMs(moment.year, moment.month, moment.day)
    : moment.wallMs - (moment.offsetMinutes ?? 0) * 60_000;

export const DATE_FILTERS: readonly (readonly [string, Filter])[] = [
  ['format_date_string', dateTimeFromText],
  ['datetime_from_string', dateTimeFromText],
  ['days_later', daysLater],
  ['weeks_since', weeksSince],
];
