import type { ValueFilter } from './filter.js';
import { isPhoneNumberOf } from './phone-countries.js';
import { matchesPattern } from './text-pattern.js';

export type TextFilter = Extract<ValueFilter, { type: 'string' }>;

/** Whether a text is as the filter says; capital and small letters differ, and blanks count. */
export function matchesText(filter: TextFilter, text: string): boolean {
  switch (filter.operator) {
    case 'in':
      return filter.value.includes(text);
    case 'not-in':
      return !filter.value.includes(text);
    case 'phone-country-code-in':
      return filter.value.some((country) => isPhoneNumberOf(country, text));
    case 'phone-country-code-not-in':
      return !filter.value.some((country) => isPhoneNumberOf(country, text));
    default:
  }
  // A text is never equal to null, and null is in no text.
  if (filter.value === null) return filter.operator.startsWith('not-') || filter.operator === 'nregex';
  switch (filter.operator) {
    case 'equals':
      return text === filter.value;
    case 'not-equals':
      return text !== filter.value;
    case 'contains':
      return text.includes(filter.value);
    case 'not-contains':
      return !text.includes(filter.value);
    case 'starts-with':
      return text.startsWith(filter.value);
    case 'not-starts-with':
      return !text.startsWith(filter.value);
    case 'ends-with':
      return text.endsWith(filter.value);
    case 'not-ends-with':
      return !text.endsWith(filter.value);
    case 'regex':
      return matchesPattern(filter.value, text);
    case 'nregex':
      return !matchesPattern(filter.value, text);
  }
}
