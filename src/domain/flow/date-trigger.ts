import { RuleViolation } from '../kernel/rule-violation.js';
import { isTimeOfDay, isTimeZone } from '../kernel/time-zone.js';
import { type DateTrigger, WEEKDAYS, type Weekday } from './flow-trigger.js';

const DAY = 86_400_000;
const QUARTER_OF_AN_HOUR = 900_000;

/** @throws RuleViolation date_trigger_invalid; pointers are below the trigger */
export function checkDateTrigger({ property, before, timezone, time, weekdays }: DateTrigger): void {
  if (property.trim() === '') throw invalid('/date_profile_property', 'Name the property that holds the date.');
  if (!Number.isInteger(before.value) || before.value < 0 || before.value > 1_000) {
    throw invalid(
      '/timedelta_value_before_date',
      `The time before the date is a whole number of ${before.unit}, 0 to 1000.`,
    );
  }
  if (timezone !== 'profile' && !isTimeZone(timezone)) {
    throw invalid('/timezone', `'${timezone}' is no time zone; name one of IANA's (Europe/Berlin), or 'profile'.`);
  }
  if (!isTimeOfDay(time)) throw invalid('/trigger_time', `'${time}' is no time of the day; write HH:MM:SS.`);
  if (weekdays !== undefined && weekdays.length === 0) {
    throw invalid('/trigger_days', 'Name at least one day of the week, or leave the days out.');
  }
}

const invalid = (pointer: string, message: string): RuleViolation =>
  new RuleViolation('date_trigger_invalid', message, pointer);

/**
 * The next time after `since` at which the trigger may start anything, whatever profiles there are; epoch milliseconds. In the
 * profiles' own time zones that is every quarter of an hour, since no time zone is offset by less.
 */
export function nextDueAt({ timezone, time }: DateTrigger, since: number): number {
  const plainTime = Temporal.PlainTime.from(time);
  if (timezone === 'profile') {
    const phase = (plainTime.minute * 60 + plainTime.second) * 1_000;
    const quarters = Math.floor((since - phase) / QUARTER_OF_AN_HOUR) + 1;
    return quarters * QUARTER_OF_AN_HOUR + phase;
  }
  const date = Temporal.Instant.fromEpochMilliseconds(since).toZonedDateTimeISO(timezone).toPlainDate();
  for (let days = 0; ; days++) {
    const at = date.add({ days }).toZonedDateTime({ timeZone: timezone, plainTime }).epochMilliseconds;
    if (at > since) return at;
  }
}

/**
 * The days on which the trigger starts its flow for a profile, of those whose time is after `since` and not after `until`
 * (epoch milliseconds): ISO dates in the time zone of the trigger, each of which starts the flow once.
 *
 * A date recurs from itself on, not before. Where a month or year lacks its day it is the month's last: 29 February is 28
 * February in other years, the 31st is the 30th. A time that a change of the clocks leaves out is as much later as the clocks
 * were put forward, and one that comes twice is the first of the two, so that no day is left out or double.
 *
 * @param date the profile's date
 * @param profileTimeZone an IANA time zone, for triggers in the profile's own
 */
export function daysDue(
  trigger: DateTrigger,
  date: Temporal.PlainDate,
  profileTimeZone: string,
  since: number,
  until: number,
): string[] {
  const timeZone = trigger.timezone === 'profile' ? profileTimeZone : trigger.timezone;
  const plainTime = Temporal.PlainTime.from(trigger.time);
  // The clocks of a day can be put forward past its end, so that its time is of the next.
  const first = Temporal.Instant.fromEpochMilliseconds(since - DAY)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate();
  const last = Temporal.Instant.fromEpochMilliseconds(until).toZonedDateTimeISO(timeZone).toPlainDate();
  const due: string[] = [];
  for (let day = first; Temporal.PlainDate.compare(day, last) <= 0; day = day.add({ days: 1 })) {
    if (!isDayOf(trigger, date, day)) continue;
    const at = day.toZonedDateTime({ timeZone, plainTime }).epochMilliseconds;
    if (at > since && at <= until) due.push(day.toString());
  }
  return due;
}

/** Whether the date, or one that it recurs on, is as long after the day as the trigger says. */
function isDayOf(
  { before, recurrence, weekdays }: DateTrigger,
  date: Temporal.PlainDate,
  day: Temporal.PlainDate,
): boolean {
  if (weekdays !== undefined && !weekdays.includes(WEEKDAYS[day.dayOfWeek - 1] as Weekday)) return false;
  const ahead = { [before.unit]: before.value };
  if (recurrence === 'never') return date.subtract(ahead).equals(day);
  const unit = ({ weekly: 'weeks', monthly: 'months', annually: 'years' } as const)[recurrence];
  // Months differ in length, so that the number of recurrences is only near to what the distance says.
  const near = date.until(day.add(ahead), { largestUnit: unit })[unit];
  for (let times = Math.max(0, near - 1); times <= near + 1; times++) {
    if (
      date
        .add({ [unit]: times })
        .subtract(ahead)
        .equals(day)
    )
      return true;
  }
  return false;
}

/** A date as profiles have it: YYYY-MM-DD, with or without a time behind, or MM/DD/YYYY. Source: Klaviyo's help on date properties. */
export function plainDateOf(value: unknown): Temporal.PlainDate | undefined {
  if (typeof value !== 'string') return undefined;
  const iso = /^(\d{4})-(\d\d)-(\d\d)(?:[T ].*)?$/.exec(value);
  const american = /^(\d\d)\/(\d\d)\/(\d{4})$/.exec(value);
  const [year, month, day] = iso ? iso.slice(1, 4) : american ? [american[3], american[1], american[2]] : [];
  try {
    return Temporal.PlainDate.from(
      { year: Number(year), month: Number(month), day: Number(day) },
      { overflow: 'reject' },
    );
  } catch {
    return undefined;
  }
}
