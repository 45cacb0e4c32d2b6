import { type PyDate, PyDateTime, type PyTime } from '../values/value.js';
import { dateFields, timeFields } from './fields.js';

const padded = (value: number, width = 2): string => value.toString().padStart(width, '0');

/** Python's `isoformat()`; a moment's date and time are joined by `separator`. */
export function isoText(value: PyDateTime | PyDate | PyTime, separator: string): string {
  const date = dateFields(value);
  const time = timeFields(value);
  let text = date === undefined ? '' : `${padded(date.year, 4)}-${padded(date.month)}-${padded(date.day)}`;
  if (date !== undefined && time !== undefined) text += separator;
  if (time !== undefined) {
    text += `${padded(time.hour)}:${padded(time.minute)}:${padded(time.second)}`;
    if (time.microsecond !== 0) text += `.${padded(time.microsecond, 6)}`;
  }
  return value instanceof PyDateTime && value.offsetMinutes !== undefined
    ? text + offsetText(value.offsetMinutes, ':')
    : text;
}

/** An offset such as `+02:00`. */
export function offsetText(offsetMinutes: number, separator: string): string {
  const size = Math.abs(offsetMinutes);
  return `${offsetMinutes < 0 ? '-' : '+'}${padded(Math.floor(size / 60))}${separator}${padded(size % 60)}`;
}
