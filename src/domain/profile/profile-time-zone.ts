import { isTimeZone } from '../kernel/time-zone.js';
import type { ProfileAttributes } from './profile.js';

/** The profile's own time zone, which Klaviyo keeps in its location; UTC where it has none that is known. */
export function timeZoneOf({ location }: ProfileAttributes): string {
  const name = (location as { timezone?: unknown } | null | undefined)?.timezone;
  return typeof name === 'string' && isTimeZone(name) ? name : 'UTC';
}
