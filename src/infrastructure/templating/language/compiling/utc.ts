import { PyDateTime } from '../../values/value.js';

/** An aware moment in UTC, the time zone of renderings; a naive one as it is. */
export function inUtc(moment: PyDateTime): PyDateTime {
  if (moment.offsetMinutes === undefined || moment.offsetMinutes === 0) return moment;
  return new PyDateTime(moment.wallMs - moment.offsetMinutes * 60_000, moment.microseconds, 0);
}
