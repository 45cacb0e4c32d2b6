import { DuplicateProfile } from '../../application/commands/profiles.js';
import type { RuleViolation } from '../../domain/kernel/rule-violation.js';
import { ApiError, type ErrorKind } from './api-error.js';
import { IDEMPOTENCY_KEY } from './idempotency.js';

/**
 * Where a refusal's pointer, which counts from what the command took, leads in the request's document; undefined where it
 * means what the path names. Each route that gives a command says so in its configuration.
 */
export type PlaceInDocument = (pointer: string) => string | undefined;

/**
 * Counts from `prefix`; a refusal without a pointer is about what the path names.
 * @param renamed how the document calls what the command calls otherwise, by the first step of the pointer
 */
export const below =
  (prefix: string, renamed: Readonly<Record<string, string>> = {}): PlaceInDocument =>
  (pointer) =>
    pointer === '' ? undefined : prefix + pointer.replace(/^\/[^/]+/, (first) => renamed[first] ?? first);

/** Rules by which the thing that is named isn't there. */
const NOT_THERE: ReadonlySet<string> = new Set([
  'flow_unknown',
  'flow_deleted',
  'action_unknown',
  'action_removed',
  'feed_subscription_unknown',
  'audience_unknown',
  'delivery_unknown',
  'profile_unknown',
  'profile_forgotten',
  'member_unknown',
  'user_unknown',
  'api_key_unknown',
  'catalog_item_unknown',
  'catalog_variant_unknown',
  // Nothing tells a link that was used or replaced from one that never was.
  'invitation_unknown',
  'password_link_unknown',
]);

/** Rules by which a link was good once and never will be again. */
const OVER: ReadonlySet<string> = new Set(['invitation_expired', 'password_link_expired']);

/** Rules that a thing's present state stands against. */
const IN_THE_WAY: ReadonlySet<string> = new Set([
  'delivery_not_in_a_queue',
  'delivery_without_body',
  'delivery_forgotten',
  'action_not_suspended',
  'identifier_taken',
  'flow_exists',
  'profile_exists',
  'audience_exists',
  'segment_defined',
  'catalog_item_exists',
  'catalog_variant_exists',
  'endpoint_rejected',
]);

/** A command's refusal as an answer. */
export function toApiError(violation: RuleViolation, place: PlaceInDocument = () => undefined): ApiError {
  const { rule, message: detail } = violation;
  if (rule === 'idempotency_key_reused' || rule === 'idempotency_key_used') {
    return new ApiError(rule, { detail, source: { header: IDEMPOTENCY_KEY } });
  }
  const pointer = place(violation.pointer);
  const source = pointer === undefined ? {} : { pointer };
  const problem = { detail, source };
  if (violation instanceof DuplicateProfile) {
    return new ApiError('duplicate_profile', { ...problem, meta: { duplicate_profile_id: violation.profileId } });
  }
  return new ApiError(kindOf(rule, pointer), problem);
}

/** What a path names and isn't there is 404; what a document names and isn't there is wrong input. */
function kindOf(rule: string, pointer: string | undefined): ErrorKind {
  if (rule === 'log_in_failed') return 'authentication_failed';
  if (rule === 'code_required') return 'two_step_code_required';
  if (OVER.has(rule)) return 'gone';
  if (NOT_THERE.has(rule)) return pointer === undefined ? 'not_found' : 'invalid';
  return IN_THE_WAY.has(rule) ? 'conflict' : 'invalid';
}
