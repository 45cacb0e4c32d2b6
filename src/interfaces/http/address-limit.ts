import type { FastifyRequest } from 'fastify';
import type { Clock } from '../../application/ports/clock.js';
import { networkOf } from './failed-authentications.js';
import { throttled } from './rate-limit.js';
import { TokenBuckets } from './token-buckets.js';

const REQUESTS_A_MINUTE = 30;

/**
 * For routes where a password is hashed for whoever asks: each address may do so thirty times a minute, wrong or right,
 * since that is the costliest thing which this server does for strangers. Guesses are limited by the log-in itself, more
 * strictly and for each user.
 */
export function limitAddresses(clock: Clock): (request: FastifyRequest) => Promise<void> {
  const buckets = new TokenBuckets(REQUESTS_A_MINUTE / 60, REQUESTS_A_MINUTE, clock);
  return async ({ ip }) => {
    const { allowed, retryAfter } = buckets.take(networkOf(ip));
    if (!allowed) throw throttled(retryAfter);
  };
}

export type AddressLimit = ReturnType<typeof limitAddresses>;
