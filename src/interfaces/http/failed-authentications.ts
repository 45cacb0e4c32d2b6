import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import type { Clock } from '../../application/ports/clock.js';
import { ApiError } from './api-error.js';
import { takesCredentials } from './authentication.js';
import { throttled } from './rate-limit.js';
import { TokenBuckets } from './token-buckets.js';

const FAILURES_A_MINUTE = 30;
const MAX_KNOWN = 10_000;

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/**
 * Around `authenticate`: an address with too many failures is answered 429, before its key or session is looked at, so that
 * nobody tries them in bulk, or has the event store search for them. What was good before is still looked at: many callers
 * can share an address, and one with a revoked key must not shut the others out.
 */
export function limitFailures(authenticate: Hook, clock: Clock): Hook {
  const failures = new TokenBuckets(FAILURES_A_MINUTE / 60, FAILURES_A_MINUTE, clock);
  const known = new Set<string>();
  return async (request, reply) => {
    if (!takesCredentials(request.routeOptions.config)) return authenticate(request, reply);
    const network = networkOf(request.ip);
    const { authorization = '', cookie = '' } = request.headers;
    const credentials = hash('sha256', `${authorization}\n${cookie}`);
    const { allowed, retryAfter } = failures.look(network);
    if (!allowed && !known.has(credentials)) throw throttled(retryAfter);
    try {
      await authenticate(request, reply);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        failures.take(network);
        known.delete(credentials);
      }
      throw error;
    } finally {
      if (request.authorised !== undefined && !known.has(credentials)) remember(known, credentials);
    }
  };
}

function remember(known: Set<string>, credentials: string): void {
  known.add(credentials);
  if (known.size > MAX_KNOWN) known.delete(known.values().next().value as string);
}

/** Whoever has one IPv6 address has its whole /64 (RFC 4291, section 2.5.4), so that counts as one. */
export function networkOf(address: string): string {
  try {
    // As IPv4 where an IPv6 address only stands for one.
    const bytes = ipaddr.process(address).toByteArray();
    return bytes.length === 4 ? bytes.join('.') : `${Buffer.from(bytes.slice(0, 8)).toString('hex')}/64`;
  } catch {
    // What a trusted proxy passes on may be anything.
    return address.slice(0, 64);
  }
}
