import { DuplicateProfile } from '../../application/commands/profiles.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import { ApiError, type ErrorKind } from './api-error.js';

/** Rules by which the thing that a request's path names isn't there. */
const NOT_THERE: ReadonlySet<string> = new Set([
  'flow_unknown',
  'flow_deleted',
  'action_unknown',
  'action_removed',
  'audience_unknown',
  'delivery_unknown',
  'profile_unknown',
  'profile_forgotten',
]);

/** Rules that a thing's present state stands against. */
const IN_THE_WAY: ReadonlySet<string> = new Set([
  'delivery_not_in_a_queue',
  'delivery_without_body',
  'identifier_taken',
  'flow_exists',
  'profile_exists',
  'audience_exists',
]);

/**
 * Where a refusal's pointer, which counts from what the command took, leads in the request's document; undefined where it
 * means what the path names.
 */
export type PlaceInDocument = (pointer: string) => string | undefined;

/** Runs a command; what it refuses becomes an answer that points into the request's document. */
export async function refusalsAt<T>(place: PlaceInDocument, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof RuleViolation ? toApiError(error, place(error.pointer)) : error;
  }
}

/** The refusal as an answer; without a pointer it is about what the path names. */
export function toApiError(violation: RuleViolation, pointer: string | undefined): ApiError {
  const source = pointer === undefined ? {} : { pointer };
  if (violation instanceof DuplicateProfile) {
    const meta = { duplicate_profile_id: violation.profileId };
    return new ApiError('duplicate_profile', { detail: violation.message, source, meta });
  }
  return new ApiError(kindOf(violation.rule, pointer), { detail: violation.message, source });
}

function kindOf(rule: string, pointer: string | undefined): ErrorKind {
  if (NOT_THERE.has(rule)) return pointer === undefined ? 'not_found' : 'invalid';
  return IN_THE_WAY.has(rule) ? 'conflict' : 'invalid';
}

/** Everything is about what the path names. */
export const inThePath: PlaceInDocument = () => undefined;

/** The pointer counts from `prefix`; without one, the refusal is about what the path names. */
export const below =
  (prefix: string): PlaceInDocument =>
  (pointer) =>
    pointer === '' ? undefined : prefix + pointer;
