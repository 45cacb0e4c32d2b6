import { midnightMs } from '../../dates/calendar.js';
import { formatBy, formatDate, formatTime, LacksField } from '../../dates/date-format.js';
import { namedFormat } from '../../dates/named-formats.js';
import { str } from '../../values/printing.js';
import { isTrue } from '../../values/truth.js';
import { PyDate, PyDateTime, PyError, PyTime, SafeText, type Value } from '../../values/value.js';
import type { Filter, FilterContext } from '../filter.js';
import { grown } from './grown.js';
import { timeBetween } from './time-between.js';

export const dateFilters: readonly (readonly [string, Filter])[] = [
  ['date', { argument: 'optional', isSafe: false, apply: date }],
  ['time', { argument: 'optional', isSafe: false, apply: time }],
  [
    'timesince',
    {
      argument: 'optional',
      isSafe: false,
      apply: (value, other, context) => span(value, other, context, (moment, now) => timeBetween(moment, now)),
    },
  ],
  [
    'timeuntil',
    {
      argument: 'optional',
      isSafe: false,
      apply: (value, other, context) => span(value, other, context, (moment, now) => timeBetween(now, moment)),
    },
  ],
];

function date(value: Value, argument: Value, context: FilterContext): Value {
  return formatted(value, argument, DATE, context);
}

function time(value: Value, argument: Value, context: FilterContext): Value {
  try {
    return formatted(value, argument, TIME, context);
  } catch (error) {
    // Unlike `date`, `time` also bears a date without a time of day.
    if (error instanceof PyError) return '';
    throw error;
  }
}

interface FormatKind {
  defaultFormat: string;
  format(value: PyDateTime | PyDate | PyTime, format: string): string;
  /** Letters that print nothing, rather than fail, where the value is no date at all. */
  emptyLetters: string;
}

const DATE: FormatKind = { defaultFormat: 'DATE_FORMAT', format: formatDate, emptyLetters: 'eIOTZ' };
const TIME: FormatKind = { defaultFormat: 'TIME_FORMAT', format: formatTime, emptyLetters: 'eOTZ' };

function formatted(value: Value, argument: Value, kind: FormatKind, { budget }: FilterContext): Value {
  if (value === null || value === '' || (value instanceof SafeText && value.text === '')) return '';
  const pattern = namedFormat(isTrue(argument) ? str(argument, budget) : kind.defaultFormat);
  budget.charge(pattern.length * 4);
  try {
    return grown(isMoment(value) ? kind.format(value, pattern) : literalFormat(pattern, kind), budget);
  } catch (error) {
    if (error instanceof LacksField) return '';
    throw error;
  }
}

/** What isn't a date has no answer to nearly all letters; a format without any is printed as it is. */
function literalFormat(format: string, { emptyLetters }: FormatKind): string {
  return formatBy(format, (letter) => {
    if (emptyLetters.includes(letter)) return '';
    throw new LacksField(letter);
  });
}

const isMoment = (value: Value): value is PyDateTime | PyDate | PyTime =>
  value instanceof PyDateTime || value instanceof PyDate || value instanceof PyTime;

function span(
  value: Value,
  other: Value,
  context: FilterContext,
  between: (moment: PyDateTime, now: PyDateTime) => string,
): Value {
  if (!isTrue(value)) return '';
  const moment = dateTimeOf(value);
  const now = isTrue(other) ? dateTimeOf(other) : nowAs(moment, context);
  // Python can't subtract a naive moment from an aware one; the filter then prints nothing.
  if ((moment.offsetMinutes === undefined) !== (now.offsetMinutes === undefined)) return '';
  return between(moment, now);
}

/** @throws PyError for what has no date, as Django's AttributeError is not caught */
function dateTimeOf(value: Value): PyDateTime {
  if (value instanceof PyDateTime) return value;
  if (value instanceof PyDate) return new PyDateTime(midnightMs(value.year, value.month, value.day), 0, undefined);
  throw new PyError('TypeError', 'The value is no date.');
}

/** The present, aware if the other moment is. The time zone is UTC. */
function nowAs(moment: PyDateTime, context: FilterContext): PyDateTime {
  return new PyDateTime(context.now(), 0, moment.offsetMinutes === undefined ? undefined : 0);
}
