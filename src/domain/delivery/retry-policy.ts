/** When a failed attempt is made again. All times in milliseconds. */
export interface RetryPolicy {
  /** Attempts after the first one. */
  readonly maxRetries: number;
  /** No attempt is made later than this after the delivery was requested (or resent). */
  readonly windowMs: number;
  /** The longest wait before the first retry; each further one may be `factor` times as long, up to `maxBackoffMs`. */
  readonly firstBackoffMs: number;
  readonly factor: number;
  readonly maxBackoffMs: number;
  /** The shortest wait: jitter must not make a retry immediate. */
  readonly minBackoffMs: number;
  /** Multiplies each back-off, and not what a receiver asks for by Retry-After. For tests and demos. */
  readonly scale: number;
}

/**
 * Up to 17 retries within 24 hours. Source: Klaviyo's retry rules for webhooks. The longest possible schedule takes
 * 20.7 hours, so that all 17 fit; with full jitter a usual one takes half of that.
 */
export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  maxRetries: 17,
  windowMs: 24 * 3_600_000,
  firstBackoffMs: 5_000,
  factor: 2,
  maxBackoffMs: 3 * 3_600_000,
  minBackoffMs: 1_000,
  scale: 1,
};

/**
 * The wait before retry number `retry` (from 1): exponential, with full jitter.
 * `random` in [0, 1) decides where between the shortest and the longest wait it falls.
 */
export function backoffMs(policy: RetryPolicy, retry: number, random: number): number {
  const longest = Math.min(policy.maxBackoffMs, policy.firstBackoffMs * policy.factor ** (retry - 1));
  return Math.round((policy.minBackoffMs + random * Math.max(0, longest - policy.minBackoffMs)) * policy.scale);
}

export type RetryDecision =
  | { retry: true; dueAt: number }
  | { retry: false; reason: 'retries_used_up' | 'window_over' };

/**
 * Whether retry number `retry` is made, and when.
 *
 * @param failedAt when the attempt failed, and `startedAt` when the delivery was requested or resent; epoch milliseconds
 * @param retryAfterMs what the receiver asked for; honoured when it is later than the back-off (RFC 9110, 10.2.3)
 */
export function decideRetry(
  policy: RetryPolicy,
  attempt: { retry: number; random: number; startedAt: number; failedAt: number; retryAfterMs?: number | undefined },
): RetryDecision {
  if (attempt.retry > policy.maxRetries) return { retry: false, reason: 'retries_used_up' };
  const wait = Math.max(backoffMs(policy, attempt.retry, attempt.random), attempt.retryAfterMs ?? 0);
  const dueAt = attempt.failedAt + wait;
  return dueAt > attempt.startedAt + policy.windowMs ? { retry: false, reason: 'window_over' } : { retry: true, dueAt };
}
