import type { TimeDelay } from '../../domain/flow/time-delay.js';
import { zoneInWords } from './trigger-in-words.js';

/** `wait 2 days 3 hours, then until 15:00:00 on monday (Europe/Berlin)`. */
export function delayInWords({ unit, value, secondaryValue, untilTime, untilWeekdays, timezone }: TimeDelay): string {
  const lengths = [
    ...(value === 0 && secondaryValue === undefined ? [] : [amount(value, unit)]),
    ...(secondaryValue === undefined ? [] : [amount(secondaryValue, unit === 'days' ? 'hours' : 'minutes')]),
  ];
  const until = [
    ...(untilTime === undefined ? [] : [untilTime]),
    ...(untilWeekdays === undefined ? [] : [`on ${untilWeekdays.join(', ')}`]),
  ];
  const then = until.length === 0 ? [] : [`until ${until.join(' ')} (${zoneInWords(timezone)})`];
  return `wait ${[...(lengths.length === 0 ? [] : [lengths.join(' ')]), ...then].join(', then ')}`;
}

const amount = (value: number, unit: string): string => `${value} ${value === 1 ? unit.replace(/s$/, '') : unit}`;
