import type { ReportedEvent } from '../../application/commands/events.js';
import type { ProfileReference } from '../../application/commands/resolve-profile.js';
import { givenAttributes } from './profile-attributes.js';
import type { EventAttributes } from './schemas/event-schemas.js';
import type { EventProfile } from './schemas/profile-schemas.js';

/** An event as the request has it. */
export function reportedEvent(
  { properties, time, value, value_currency, unique_id, metric }: EventAttributes,
  profile: ProfileReference,
  backfill: boolean | null | undefined,
): ReportedEvent {
  const event: ReportedEvent = { metricName: metric.data.attributes.name, profile, properties };
  if (time != null) event.time = time;
  if (value != null) event.value = value;
  if (value_currency != null) event.valueCurrency = value_currency;
  if (unique_id != null) event.uniqueId = unique_id;
  if (backfill != null) event.backfill = backfill;
  return event;
}

export function referenceTo({ id, attributes }: EventProfile): ProfileReference {
  const given = givenAttributes(attributes ?? {});
  return id == null ? { attributes: given } : { id, attributes: given };
}
