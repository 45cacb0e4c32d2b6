import { formatDate, formatTime } from '../dates/date-format.js';
import { namedFormat } from '../dates/named-formats.js';
import { fixedText, shortestDigits } from './decimal-digits.js';
import { floatText } from './float-text.js';
import { str } from './printing.js';
import { type Budget, PyDate, PyDateTime, PyFloat, PyTime, type Value } from './value.js';

/**
 * What `{{ value }}` writes before escaping. It is `str()` but for two kinds: Django formats dates by its default formats, and
 * writes floats without an exponent as long as they have at most 200 digits.
 */
export function rendered(value: Value, budget: Budget): string {
  if (value instanceof PyDateTime) return formatDate(value, namedFormat('DATETIME_FORMAT'));
  if (value instanceof PyDate) return formatDate(value, namedFormat('DATE_FORMAT'));
  if (value instanceof PyTime) return formatTime(value, namedFormat('TIME_FORMAT'));
  if (value instanceof PyFloat) return renderedFloat(value.value);
  return typeof value === 'number' && !Number.isInteger(value) ? renderedFloat(value) : str(value, budget);
}

function renderedFloat(value: number): string {
  const text = floatText(value);
  if (!text.includes('e')) return text;
  const shortest = shortestDigits(value);
  const places = shortest.digits.length - shortest.point;
  if (Math.abs(places) + shortest.digits.length > 200) return text;
  return (value < 0 ? '-' : '') + fixedText(shortest, Math.max(places, 0), 'half even');
}
