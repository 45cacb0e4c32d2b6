import type { FastifyRequest } from 'fastify';
import type { CommandContext } from '../../application/command-context.js';

/**
 * A request's command is given by its key or its user; the request's id is the whole piece of work's. One with an
 * Idempotency-Key has the same id whenever it comes, so that what it wrote before is known by it.
 */
export function commandContextOf({ id, authorised, identity }: FastifyRequest): CommandContext {
  if (authorised === undefined) throw new Error('A route that gives commands has to name its scope, or be for users.');
  const { actor } = authorised;
  if (identity === undefined) return { actor, correlationId: id, causationId: id };
  return { actor, correlationId: identity.id, causationId: id, request: identity };
}
