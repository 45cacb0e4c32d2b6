import { PyDateTime } from '../values/value.js';
import { daysInMonth, midnightMs } from './calendar.js';

const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(?:(Z)|([+-])(\d\d):?(\d\d)?(?::?\d\d)?)?)?$/i;

/** A moment from ISO 8601; naive where the text has no offset, midnight where it has no time; undefined for what is none. */
export function parseIsoDateTime(text: string): PyDateTime | undefined {
  const parts = DATE_TIME.exec(text);
  if (parts === null) return undefined;
  const [, y, mo, d, h = '0', mi = '0', s = '0', fraction = '', zulu, sign, offsetHour, offsetMinute = '0'] = parts;
  const [year, month, day, hour, minute, second] = [y, mo, d, h, mi, s].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const offset = offsetHour === undefined ? 0 : Number(offsetHour) * 60 + Number(offsetMinute);
  if (offset >= 24 * 60 || Number(offsetMinute) > 59) return undefined;
  const micros = Number(fraction.slice(0, 6).padEnd(6, '0'));
  const clockMs = ((hour * 60 + minute) * 60 + second) * 1000 + Math.floor(micros / 1000);
  const aware = zulu !== undefined || offsetHour !== undefined;
  const offsetMinutes = sign === '-' ? -offset + 0 : offset;
  return new PyDateTime(midnightMs(year, month, day) + clockMs, micros % 1000, aware ? offsetMinutes : undefined);
}
