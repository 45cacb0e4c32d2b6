import { z } from 'zod';
import type { ReportedEvent } from '../../application/commands/events.js';
import type { ProfileReference } from '../../application/commands/resolve-profile.js';
import type { Clock } from '../../application/ports/clock.js';
import type { PreviewRequest } from '../../application/queries/template-preview.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import type { ProfileAttributes } from '../../domain/profile/profile.js';
import { ApiError } from '../http/api-error.js';
import { changedAttributes, givenAttributes } from '../http/profile-attributes.js';
import { eventFields } from '../http/schemas/event-schemas.js';
import { nameField } from '../http/schemas/fields.js';
import { sampleProfile } from '../http/schemas/profile-schemas.js';
import { previewFields } from '../http/schemas/template-preview-schemas.js';
import { validatorCompiler } from '../http/validation.js';

/** A profile as it may be given: the HTTP API's limits, in a plainer shape. */
const profileReference = z.strictObject({ id: z.string().min(1).optional(), attributes: sampleProfile });

const reportedEvent = (clock: Clock) => {
  const { properties, time, value, value_currency, unique_id, backfill } = eventFields(clock);
  return z.strictObject({
    metricName: nameField(128),
    profile: profileReference,
    properties,
    time,
    value,
    valueCurrency: value_currency,
    uniqueId: unique_id,
    backfill,
  });
};

/** @throws RuleViolation input_invalid */
export function checkedEvent(event: ReportedEvent, clock: Clock): ReportedEvent {
  const { profile, ...checked } = parsed(reportedEvent(clock), event);
  return { ...withoutNulls(checked), profile: referenceOf(profile) } as ReportedEvent;
}

/** @throws RuleViolation input_invalid */
export const checkedReference = (reference: ProfileReference): ProfileReference =>
  referenceOf(parsed(profileReference, reference));

/** @throws RuleViolation input_invalid */
export const checkedAttributes = (attributes: ProfileAttributes): ProfileAttributes =>
  givenAttributes(parsed(sampleProfile, attributes));

/** Of an update, where null clears. @throws RuleViolation input_invalid */
export const checkedChange = (attributes: ProfileAttributes): ProfileAttributes =>
  changedAttributes(parsed(sampleProfile, attributes));

/** @throws RuleViolation input_invalid */
export const checkedName = (name: string): string => parsed(z.strictObject({ name: nameField() }), { name }).name;

/** @throws RuleViolation input_invalid */
export function checkedPreview(request: PreviewRequest): PreviewRequest {
  const { trigger_type: triggerType, profile_id: profileId, ...same } = previewFields;
  const { profile, ...checked } = parsed(z.strictObject({ ...same, triggerType, profileId }), request);
  return { ...withoutNulls(checked), profile: givenAttributes(profile ?? {}) } as PreviewRequest;
}

/** What is given, by the HTTP API's own schemas and sentences. @throws RuleViolation input_invalid */
export function parsed<T extends z.ZodType>(schema: T, data: unknown): z.infer<T> {
  const { value, error } = validatorCompiler({ schema, httpPart: 'body', method: '', url: '' })(data) as {
    value?: z.infer<T>;
    error?: unknown;
  };
  if (!(error instanceof ApiError)) return value as z.infer<T>;
  const [problem] = error.problems;
  const { source } = problem ?? {};
  throw new RuleViolation('input_invalid', error.message, source && 'pointer' in source ? source.pointer : '');
}

const referenceOf = ({ id, attributes }: z.infer<typeof profileReference>): ProfileReference => ({
  ...(id === undefined ? {} : { id }),
  attributes: givenAttributes(attributes),
});

const withoutNulls = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null));
