import { LogInThrottled } from '../../domain/account/user.js';
import type { RuleViolation } from '../../domain/kernel/rule-violation.js';
import { ApiError } from './api-error.js';

/** Rules by which somebody may not do this, whatever they send; so no place in the document is to blame. */
const NOT_ALLOWED: ReadonlySet<string> = new Set(['role_insufficient', 'own_role', 'last_owner', 'api_key_inactive']);

/**
 * A refusal that is about who asks, and not about what was sent, as an answer; undefined where it is another one.
 * @param page the path of the page that the request was made for
 * @param now epoch milliseconds
 */
export function accessRefusal(violation: RuleViolation, page: string, now: number): ApiError | undefined {
  const { rule, message: detail } = violation;
  if (rule === 'two_step_required' || rule === 'two_step_unverifiable') {
    // To switch it on, or to look at it, and to go on then.
    const meta = { set_up: `/two-step?continue=${encodeURIComponent(page)}`, continue: page };
    return new ApiError(rule, { detail, meta });
  }
  if (violation instanceof LogInThrottled) {
    const seconds = Math.max(1, Math.ceil((Date.parse(violation.until) - now) / 1000));
    return new ApiError('throttled', { detail }, { 'retry-after': String(seconds) });
  }
  return NOT_ALLOWED.has(rule) ? new ApiError('permission_denied', { detail }) : undefined;
}
