import type { FlowTrigger } from '../../domain/flow/flow-trigger.js';
import { filterInWords } from './filter-in-words.js';

/** @param name of the metric, list or segment, where it is known */
export function triggerInWords(trigger: FlowTrigger, name?: string): string {
  const only =
    'filter' in trigger && trigger.filter !== undefined ? `, only where ${filterInWords(trigger.filter)}` : '';
  switch (trigger.type) {
    case 'metric':
    case 'list':
    case 'segment':
      return `${trigger.type} ${name === undefined ? '' : `'${name}' `}(${trigger.id})${only}`;
    case 'date': {
      const { property, before, recurrence, time, timezone, weekdays } = trigger;
      const ahead = before.value === 0 ? 'on' : `${before.value} ${before.unit} before`;
      const again = recurrence === 'never' ? 'once' : recurrence;
      const days = weekdays === undefined ? '' : `, on ${weekdays.join(', ')} alone`;
      return `${ahead} the date in ${property} at ${time} (${zoneInWords(timezone)}), ${again}${days}`;
    }
    case 'price-drop': {
      const { amount, unit, currency, audience, timeframeDays } = trigger;
      const by = unit === 'percent' ? `${amount} %` : `${amount} ${currency.toUpperCase()}`;
      return `price drop by ${by} or more, for ${audience.join(', ')} in the last ${timeframeDays} days${only}`;
    }
    case 'low-inventory': {
      const { level, count, audience, timeframeDays } = trigger;
      return `stock of a ${level} at ${count} or below, for ${audience.join(', ')} in the last ${timeframeDays} days${only}`;
    }
  }
}

export const zoneInWords = (timezone: string): string => (timezone === 'profile' ? "the profile's time" : timezone);
