import { PyDate, PyDateTime, PyTime } from '../values/value.js';

export interface DateFields {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
}

export interface TimeFields {
  hour: number;
  minute: number;
  second: number;
  microsecond: number;
}

/** The date of a moment's wall clock; undefined for a time of day. */
export function dateFields(value: PyDateTime | PyDate | PyTime): DateFields | undefined {
  if (value instanceof PyDate) return value;
  if (value instanceof PyTime) return undefined;
  const wall = new Date(value.wallMs);
  return { year: wall.getUTCFullYear(), month: wall.getUTCMonth() + 1, day: wall.getUTCDate() };
}

/** The time of a moment's wall clock; undefined for a date alone. */
export function timeFields(value: PyDateTime | PyDate | PyTime): TimeFields | undefined {
  if (value instanceof PyTime) return value;
  if (value instanceof PyDate) return undefined;
  const wall = new Date(value.wallMs);
  return {
    hour: wall.getUTCHours(),
    minute: wall.getUTCMinutes(),
    second: wall.getUTCSeconds(),
    microsecond: wall.getUTCMilliseconds() * 1000 + value.microseconds,
  };
}
