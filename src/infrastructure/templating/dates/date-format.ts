import { PyDate, PyDateTime, PyError, PyTime } from '../values/value.js';
import { dayOfYear, daysInMonth, isLeapYear, isoWeek, midnightMs, weekday } from './calendar.js';
import { type DateFields, dateFields, type TimeFields, timeFields } from './fields.js';
import { isoText, offsetText } from './iso-text.js';
import { MONTHS, MONTHS_AP, WEEKDAYS } from './names.js';

export { parseIsoDateTime } from './iso-parser.js';

type Moment = PyDateTime | PyDate | PyTime;

const padded = (value: number, width = 2): string => value.toString().padStart(width, '0');

/** Letters that need a time of day. */
const TIME_LETTERS: ReadonlyMap<string, (time: TimeFields) => string> = new Map<string, (time: TimeFields) => string>([
  ['a', (time) => halfDay(time)],
  ['A', (time) => (time.hour > 11 ? 'PM' : 'AM')],
  ['f', (time) => clock(time)],
  ['g', (time) => `${hourOf12(time)}`],
  ['G', (time) => `${time.hour}`],
  ['h', (time) => padded(hourOf12(time))],
  ['H', (time) => padded(time.hour)],
  ['i', (time) => padded(time.minute)],
  ['P', (time) => clockInWords(time)],
  ['s', (time) => padded(time.second)],
  ['u', (time) => padded(time.microsecond, 6)],
]);

/** Letters that only a date and time have an answer to; nothing for others. */
const ZONE_LETTERS: ReadonlyMap<string, (value: PyDateTime) => string> = new Map<string, (value: PyDateTime) => string>(
  [
    ['e', (value) => (value.offsetMinutes === undefined ? '' : zoneName(value))],
    ['O', (value) => offsetText(value.offsetMinutes ?? 0, '')],
    ['T', (value) => zoneName(value)],
    ['Z', (value) => `${(value.offsetMinutes ?? 0) * 60}`],
  ],
);

/** Letters that need a date. */
const DATE_LETTERS: ReadonlyMap<string, (date: DateFields) => string> = new Map<string, (date: DateFields) => string>([
  ['b', (date) => monthName(date).slice(0, 3).toLowerCase()],
  ['d', (date) => padded(date.day)],
  ['D', (date) => weekdayName(date).slice(0, 3)],
  ['E', (date) => monthName(date)],
  ['F', (date) => monthName(date)],
  ['j', (date) => `${date.day}`],
  ['l', (date) => weekdayName(date)],
  ['L', (date) => (isLeapYear(date.year) ? 'True' : 'False')],
  ['m', (date) => padded(date.month)],
  ['M', (date) => monthName(date).slice(0, 3)],
  ['n', (date) => `${date.month}`],
  ['N', (date) => MONTHS_AP[date.month - 1] ?? ''],
  ['o', (date) => `${isoWeek(date.year, date.month, date.day).year}`],
  ['S', (date) => ordinalSuffix(date.day)],
  ['t', (date) => padded(daysInMonth(date.year, date.month))],
  ['w', (date) => `${(weekday(date.year, date.month, date.day) + 1) % 7}`],
  ['W', (date) => `${isoWeek(date.year, date.month, date.day).week}`],
  ['y', (date) => padded(date.year % 100)],
  ['Y', (date) => `${date.year}`],
  ['z', (date) => `${dayOfYear(date.year, date.month, date.day)}`],
]);

/** Letters that print the whole. */
const WHOLE_LETTERS = 'cIrU';

export const isFormatLetter = (character: string): boolean =>
  TIME_LETTERS.has(character) ||
  ZONE_LETTERS.has(character) ||
  DATE_LETTERS.has(character) ||
  (character !== '' && WHOLE_LETTERS.includes(character));

/** Thrown where Django meets an AttributeError: a format asks a value for what it hasn't. Its date filters then print nothing. */
export class LacksField extends PyError {
  constructor(letter: string) {
    super('TypeError', `The value has nothing that "${letter}" could print.`);
  }
}

/**
 * A date by the letters of Django's `date` filter. Named formats are the caller's.
 * @throws LacksField where a time of day is asked for its date
 * @throws PyError TypeError where a date is asked for its time of day
 */
export function formatDate(value: Moment, format: string): string {
  return formatBy(format, (letter) => printed(value, letter, isFormatLetter));
}

/**
 * As the `time` filter has it, which knows the letters for times only.
 * @throws LacksField for a letter that needs a date
 */
export function formatTime(value: Moment, format: string): string {
  return formatBy(format, (letter) =>
    printed(value, letter, (character) => TIME_LETTERS.has(character) || ZONE_LETTERS.has(character)),
  );
}

/** Goes through a format: letters are printed, the character behind a backslash isn't taken for one. */
export function formatBy(format: string, print: (letter: string) => string): string {
  let text = '';
  for (let index = 0; index < format.length; index++) {
    const character = format.charAt(index);
    if (character === '\\') {
      const next = format.charAt(index + 1);
      // As in Django, a letter behind two backslashes isn't one either; a backslash at the end or before a new line stays.
      if (next === '' || next === '\n') text += character;
      else if (next === '\\' && isFormatLetter(format.charAt(index + 2))) {
        text += next + format.charAt(index + 2);
        index += 2;
      } else {
        text += next;
        index++;
      }
    } else text += isFormatLetter(character) ? print(character) : character;
  }
  return text;
}

function printed(value: Moment, letter: string, knows: (letter: string) => boolean): string {
  if (value instanceof PyDate && (TIME_LETTERS.has(letter) || ZONE_LETTERS.has(letter) || letter === 'r'))
    throw new PyError('TypeError', `The format of a date may not ask for a time of day ("${letter}").`);
  if (!knows(letter)) throw new LacksField(letter);
  const ofZone = ZONE_LETTERS.get(letter);
  if (ofZone !== undefined) return value instanceof PyDateTime ? ofZone(value) : '';
  const ofTime = TIME_LETTERS.get(letter);
  const time = timeFields(value);
  if (ofTime !== undefined && time !== undefined) return ofTime(time);
  const ofDate = DATE_LETTERS.get(letter);
  const date = dateFields(value);
  if (ofDate !== undefined && date !== undefined) return ofDate(date);
  return wholeOf(value, letter, date, time);
}

function wholeOf(value: Moment, letter: string, date: DateFields | undefined, time: TimeFields | undefined): string {
  if (letter === 'c') return isoText(value, 'T');
  // Offsets are fixed ones: none of them is daylight saving time's.
  if (letter === 'I') return value instanceof PyDateTime ? '0' : '';
  if (date !== undefined && letter === 'U') return `${secondsSinceEpoch(value, date)}`;
  if (value instanceof PyDateTime && date !== undefined && time !== undefined && letter === 'r')
    return mailDate(value, date, time);
  throw new LacksField(letter);
}

const hourOf12 = (time: TimeFields): number => time.hour % 12 || 12;

const halfDay = (time: TimeFields): string => (time.hour > 11 ? 'p.m.' : 'a.m.');

/** Hours, and minutes unless they are zero. */
const clock = (time: TimeFields): string =>
  time.minute === 0 ? `${hourOf12(time)}` : `${hourOf12(time)}:${padded(time.minute)}`;

function clockInWords(time: TimeFields): string {
  if (time.minute === 0 && time.hour === 0) return 'midnight';
  if (time.minute === 0 && time.hour === 12) return 'noon';
  return `${clock(time)} ${halfDay(time)}`;
}

const monthName = (date: DateFields): string => MONTHS[date.month - 1] ?? '';

const weekdayName = (date: DateFields): string => WEEKDAYS[weekday(date.year, date.month, date.day)] ?? '';

function ordinalSuffix(day: number): string {
  if (day >= 11 && day <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][day % 10] ?? 'th';
}

/** A naive moment is in UTC. */
export const zoneName = ({ offsetMinutes = 0 }: PyDateTime): string =>
  offsetMinutes === 0 ? 'UTC' : `UTC${offsetText(offsetMinutes, ':')}`;

function secondsSinceEpoch(value: Moment, date: DateFields): number {
  if (!(value instanceof PyDateTime)) return midnightMs(date.year, date.month, date.day) / 1000;
  return Math.floor(value.wallMs / 1000) - (value.offsetMinutes ?? 0) * 60;
}

/** RFC 5322, as mail has it. */
function mailDate(value: PyDateTime, date: DateFields, time: TimeFields): string {
  const day = `${weekdayName(date).slice(0, 3)}, ${padded(date.day)} ${monthName(date).slice(0, 3)} ${padded(date.year, 4)}`;
  return `${day} ${padded(time.hour)}:${padded(time.minute)}:${padded(time.second)} ${offsetText(value.offsetMinutes ?? 0, '')}`;
}
