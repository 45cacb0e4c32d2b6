import { PyDate, PyDateTime, PyTime } from '../values/value.js';
import { dateFields, timeFields } from './fields.js';

/** A date as Python shows it inside a list: the call that would make it. */
export function dateRepr(value: PyDateTime | PyDate | PyTime): string {
  if (value instanceof PyDate) return `datetime.date(${value.year}, ${value.month}, ${value.day})`;
  const { hour = 0, minute = 0, second = 0, microsecond = 0 } = timeFields(value) ?? {};
  const clock = [hour, minute];
  // Seconds, and what is below them, are left out where they are zero.
  if (second !== 0 || microsecond !== 0) clock.push(second);
  if (microsecond !== 0) clock.push(microsecond);
  if (value instanceof PyTime) return `datetime.time(${clock.join(', ')})`;
  const { year = 1, month = 1, day = 1 } = dateFields(value) ?? {};
  return `datetime.datetime(${[year, month, day, ...clock].join(', ')}${zoneRepr(value.offsetMinutes)})`;
}

function zoneRepr(offsetMinutes: number | undefined): string {
  if (offsetMinutes === undefined) return '';
  if (offsetMinutes === 0) return ', tzinfo=datetime.timezone.utc';
  // A negative timedelta is days -1 and what is missing to a whole day.
  const span = offsetMinutes < 0 ? `days=-1, seconds=${86_400 + offsetMinutes * 60}` : `seconds=${offsetMinutes * 60}`;
  return `, tzinfo=datetime.timezone(datetime.timedelta(${span}))`;
}
