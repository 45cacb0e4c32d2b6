import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../application/ports/clock.js';
import { ApiError } from './api-error.js';
import { TokenBuckets } from './token-buckets.js';

/** Seconds' worth of requests that may come at once: callers work in bursts. */
const BURST_SECONDS = 3;

/** Lets each key, and each user, make `perSecond` requests a second on average; none is refused for 0. To be called after the credentials were checked. */
export function limitRate(perSecond: number, clock: Clock) {
  if (perSecond === 0) return async (): Promise<void> => {};
  const buckets = new TokenBuckets(perSecond, Math.max(1, perSecond * BURST_SECONDS), clock);
  return async ({ authorised }: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (authorised === undefined) return;
    const { allowed, remaining, retryAfter, reset } = buckets.take(authorised.limitId);
    // The names that Klaviyo uses too.
    reply.headers({
      'ratelimit-limit': String(Math.floor(buckets.burst)),
      'ratelimit-remaining': String(remaining),
      'ratelimit-reset': String(reset),
    });
    if (!allowed) throw throttled(retryAfter);
  };
}

/** Klaviyo's words, so that clients made for it know what to do; its own client waits and tries again. */
export function throttled(seconds: number): ApiError {
  const detail = `Request was throttled. Expected available in ${seconds} second${seconds === 1 ? '' : 's'}.`;
  return new ApiError('throttled', { detail, source: { pointer: '/data/' } }, { 'retry-after': String(seconds) });
}
