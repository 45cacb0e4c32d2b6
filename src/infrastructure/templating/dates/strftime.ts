import { type PyDate, PyDateTime, type PyTime } from '../values/value.js';
import { dayOfYear, isoWeek, midnightMs, weekday } from './calendar.js';
import { zoneName } from './date-format.js';
import { dateFields, timeFields } from './fields.js';
import { offsetText } from './iso-text.js';
import { MONTHS, WEEKDAYS } from './names.js';

/** Python's `strftime` in the C locale. A time of day has the date that Python gives it, 1900-01-01. What isn't a directive stays. */
export function strftime(value: PyDateTime | PyDate | PyTime, format: string): string {
  const fields = { year: 1900, month: 1, day: 1, hour: 0, minute: 0, second: 0, microsecond: 0 };
  Object.assign(fields, plain(dateFields(value)), plain(timeFields(value)));
  const context: Context = { ...fields, moment: value instanceof PyDateTime ? value : undefined };
  return expand(context, format);
}

interface Context {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  microsecond: number;
  moment: PyDateTime | undefined;
}

const plain = (fields: object | undefined): object => ({ ...fields });

const padded = (value: number, width = 2, filler = '0'): string => value.toString().padStart(width, filler);

/** Directives that stand for other ones. */
const COMPOSED: ReadonlyMap<string, string> = new Map([
  ['c', '%a %b %e %H:%M:%S %Y'],
  ['D', '%m/%d/%y'],
  ['F', '%Y-%m-%d'],
  ['h', '%b'],
  ['r', '%I:%M:%S %p'],
  ['R', '%H:%M'],
  ['T', '%H:%M:%S'],
  ['x', '%m/%d/%y'],
  ['X', '%H:%M:%S'],
]);

type Directive = (context: Context) => string;

const DIRECTIVES: ReadonlyMap<string, Directive> = new Map<string, Directive>([
  ['%', () => '%'],
  ['n', () => '\n'],
  ['t', () => '\t'],
  ['a', (context) => weekdayName(context).slice(0, 3)],
  ['A', (context) => weekdayName(context)],
  ['b', ({ month }) => monthName(month).slice(0, 3)],
  ['B', ({ month }) => monthName(month)],
  ['C', ({ year }) => padded(Math.floor(year / 100))],
  ['d', ({ day }) => padded(day)],
  ['e', ({ day }) => padded(day, 2, ' ')],
  ['f', ({ microsecond }) => padded(microsecond, 6)],
  ['g', (context) => padded(isoWeekOf(context).year % 100)],
  ['G', (context) => `${isoWeekOf(context).year}`],
  ['H', ({ hour }) => padded(hour)],
  ['I', ({ hour }) => padded(hour % 12 || 12)],
  ['j', ({ year, month, day }) => padded(dayOfYear(year, month, day), 3)],
  ['k', ({ hour }) => padded(hour, 2, ' ')],
  ['l', ({ hour }) => padded(hour % 12 || 12, 2, ' ')],
  ['m', ({ month }) => padded(month)],
  ['M', ({ minute }) => padded(minute)],
  ['p', ({ hour }) => (hour > 11 ? 'PM' : 'AM')],
  ['P', ({ hour }) => (hour > 11 ? 'pm' : 'am')],
  ['s', (context) => `${secondsSinceEpoch(context)}`],
  ['S', ({ second }) => padded(second)],
  ['u', (context) => `${weekdayOf(context) + 1}`],
  ['U', (context) => padded(weekFrom(context, (weekdayOf(context) + 1) % 7))],
  ['V', (context) => padded(isoWeekOf(context).week)],
  ['w', (context) => `${(weekdayOf(context) + 1) % 7}`],
  ['W', (context) => padded(weekFrom(context, weekdayOf(context)))],
  ['y', ({ year }) => padded(year % 100)],
  ['Y', ({ year }) => `${year}`],
  ['z', ({ moment }) => (moment?.offsetMinutes === undefined ? '' : offsetText(moment.offsetMinutes, ''))],
  ['Z', ({ moment }) => (moment?.offsetMinutes === undefined ? '' : zoneName(moment))],
]);

function expand(context: Context, format: string): string {
  // A flag of glibc's may stand before the letter: no padding, blanks, zeros, capitals.
  return format.replace(/%([-_0^]?)([a-zA-Z%])/g, (whole, flag: string, letter: string) => {
    const composed = COMPOSED.get(letter);
    const text = composed === undefined ? DIRECTIVES.get(letter)?.(context) : expand(context, composed);
    return text === undefined ? whole : flagged(text, flag);
  });
}

function flagged(text: string, flag: string): string {
  if (flag === '-') return text.replace(/^[0 ]+(?=\d)/, '');
  if (flag === '_') return text.replace(/^0+(?=\d)/, (zeros) => ' '.repeat(zeros.length));
  if (flag === '0') return text.replace(/^ +(?=\d)/, (blanks) => '0'.repeat(blanks.length));
  return flag === '^' ? text.toUpperCase() : text;
}

const monthName = (month: number): string => MONTHS[month - 1] ?? '';

const weekdayOf = ({ year, month, day }: Context): number => weekday(year, month, day);

const weekdayName = (context: Context): string => WEEKDAYS[weekdayOf(context)] ?? '';

const isoWeekOf = ({ year, month, day }: Context): { year: number; week: number } => isoWeek(year, month, day);

/** Weeks that began since New Year, for weeks whose days are counted so that this one is `dayOfWeek`. */
const weekFrom = ({ year, month, day }: Context, dayOfWeek: number): number =>
  Math.floor((dayOfYear(year, month, day) + 6 - dayOfWeek) / 7);

function secondsSinceEpoch({ moment, year, month, day, hour, minute, second }: Context): number {
  const clock = (hour * 60 + minute) * 60 + second;
  return midnightMs(year, month, day) / 1000 + clock - (moment?.offsetMinutes ?? 0) * 60;
}
