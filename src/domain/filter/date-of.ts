import type { Json } from '../kernel/json.js';

/** A date, alone or with a time, and that with an offset or without: ISO 8601, a blank for its `T` allowed. */
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/i;
/** Klaviyo's other form of a date, MM/DD/YYYY. */
const AMERICAN = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/;

/**
 * The moment that a property's value says, in epoch milliseconds; undefined where it is no date. A date without a time is its
 * midnight, and what has no offset is UTC: so does Klaviyo in its segments. Numbers are no dates, since nothing tells a time
 * from a count.
 */
export function dateOf(value: Json | undefined): number | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  const american = AMERICAN.exec(text);
  if (american !== null) return moment(Number(american[3]), Number(american[1]), Number(american[2]), 0);
  const iso = ISO.exec(text);
  if (iso === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', offset = 'Z'] = iso;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const milliseconds = Math.floor(Number(`0.${fraction}`) * 1_000);
  const time = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1_000 + milliseconds;
  const at = moment(Number(year), Number(month), Number(day), time);
  return at === undefined ? undefined : at - offsetOf(offset);
}

/** A day that its month doesn't have is no date. */
function moment(year: number, month: number, day: number, time: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return date.getTime() + time;
}

function offsetOf(offset: string): number {
  if (offset.toUpperCase() === 'Z') return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return (offset.startsWith('-') ? -minutes : minutes) * 60_000;
}
