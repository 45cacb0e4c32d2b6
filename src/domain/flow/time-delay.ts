import { RuleViolation } from '../kernel/rule-violation.js';
import { isTimeOfDay, isTimeZone } from '../kernel/time-zone.js';
import { WEEKDAYS, type Weekday } from './flow-trigger.js';

/** How long a profile waits in a flow. Source: Klaviyo's time delay; seconds and weeks are hookledger's own. */
export interface TimeDelay {
  unit: DelayUnit;
  value: number;
  /** Hours beside days, minutes beside hours. */
  secondaryValue?: number;
  /** Then until this time of the day, HH:MM:SS. */
  untilTime?: string;
  /** Then until one of these days of the week. */
  untilWeekdays?: readonly Weekday[];
  /** An IANA time zone, or `profile`: the profile's own. Where a time or days are given. */
  timezone: string;
}

export const DELAY_UNITS = ['seconds', 'minutes', 'hours', 'days', 'weeks'] as const;
/** What a delay's length counts in. */
export type DelayUnit = (typeof DELAY_UNITS)[number];

const MS_OF = {
  seconds: 1_000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
  weeks: 7 * 86_400_000,
} as const satisfies Record<DelayUnit, number>;

const SECONDARY_UNIT: Partial<Record<DelayUnit, DelayUnit>> = { days: 'hours', hours: 'minutes' };

/** Longer than any that is meant. */
const LONGEST_DELAY = 2 * 366 * MS_OF.days;

/**
 * @throws RuleViolation time_delay_invalid; pointers are below the action's `data`
 */
export function checkTimeDelay(delay: TimeDelay): void {
  const { unit, value, secondaryValue, untilTime, untilWeekdays, timezone } = delay;
  if (!Number.isInteger(value) || value < 0) {
    throw invalid('/value', `A delay is a whole number of ${unit}, 0 or more.`);
  }
  if (secondaryValue !== undefined) {
    const secondary = SECONDARY_UNIT[unit];
    if (secondary === undefined) {
      throw invalid(
        '/secondary_value',
        `A delay in ${unit} has no secondary value; it adds hours to days, or minutes to hours.`,
      );
    }
    if (!Number.isInteger(secondaryValue) || secondaryValue < 0) {
      throw invalid('/secondary_value', `The secondary value is a whole number of ${secondary}, 0 or more.`);
    }
  }
  if (lengthOf(delay) > LONGEST_DELAY) throw invalid('/value', 'A delay can be two years long at the most.');
  if (untilTime !== undefined) {
    if (!isTimeOfDay(untilTime))
      throw invalid('/delay_until_time', `'${untilTime}' is no time of the day; write HH:MM:SS.`);
    if (unit !== 'days' && unit !== 'weeks') {
      throw invalid('/delay_until_time', 'Only a delay in days or weeks can wait for a time of the day.');
    }
  }
  if (untilWeekdays !== undefined && untilWeekdays.length === 0) {
    throw invalid('/delay_until_weekdays', 'Name at least one day of the week, or leave the days out.');
  }
  if (timezone !== 'profile' && !isTimeZone(timezone)) {
    throw invalid('/timezone', `'${timezone}' is no time zone; name one of IANA's (Europe/Berlin), or 'profile'.`);
  }
  if (lengthOf(delay) === 0 && untilTime === undefined && untilWeekdays === undefined) {
    throw invalid(
      '/value',
      'A delay of nothing waits for nothing; give a length, a time of the day or days of the week.',
    );
  }
}

const invalid = (pointer: string, message: string): RuleViolation =>
  new RuleViolation('time_delay_invalid', message, pointer);

/**
 * When somebody who comes to the delay at `from` goes on; epoch milliseconds. A day is 24 hours or, where a time of the day
 * is given, a day of the calendar: whoever comes at 14:00 or at 16:00 to "1 day, until 15:00" goes on at 15:00 of the day
 * after. Source: Klaviyo's help, "How to add a time delay to a flow". A time that a change of the clocks leaves out is as
 * much later as the clocks were put forward; one that comes twice is the first of the two.
 *
 * @param profileTimeZone an IANA time zone, for delays in the profile's own
 */
export function dueAt(delay: TimeDelay, from: number, profileTimeZone: string): number {
  const { untilTime, untilWeekdays } = delay;
  if (untilTime === undefined && untilWeekdays === undefined) return from + lengthOf(delay);
  const timeZone = delay.timezone === 'profile' ? profileTimeZone : delay.timezone;
  if (untilTime === undefined) {
    return onWeekday(zoned(from + lengthOf(delay), timeZone), untilWeekdays).epochMilliseconds;
  }
  const plainTime = Temporal.PlainTime.from(untilTime);
  const days = delay.unit === 'weeks' ? 7 * delay.value : delay.value;
  const begin = zoned(from, timeZone).add({ hours: delay.secondaryValue ?? 0 });
  let date = begin.toPlainDate().add({ days });
  // A time of today that is over is tomorrow's.
  if (date.toZonedDateTime({ timeZone, plainTime }).epochMilliseconds < from) date = date.add({ days: 1 });
  return onWeekday(date.toZonedDateTime({ timeZone, plainTime }), untilWeekdays).epochMilliseconds;
}

const zoned = (epochMs: number, timeZone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(timeZone);

function onWeekday(time: Temporal.ZonedDateTime, weekdays: readonly Weekday[] | undefined): Temporal.ZonedDateTime {
  if (weekdays === undefined) return time;
  const days = [0, 1, 2, 3, 4, 5, 6].map((days) => time.add({ days }));
  return days.find(({ dayOfWeek }) => weekdays.includes(WEEKDAYS[dayOfWeek - 1] as Weekday)) ?? time;
}

function lengthOf({ unit, value, secondaryValue }: TimeDelay): number {
  const secondary = SECONDARY_UNIT[unit];
  return value * MS_OF[unit] + (secondary === undefined ? 0 : (secondaryValue ?? 0) * MS_OF[secondary]);
}
