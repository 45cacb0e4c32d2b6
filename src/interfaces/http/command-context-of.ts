import type { FastifyRequest } from 'fastify';
import type { CommandContext } from '../../application/command-context.js';

/** A request's command is given by its key or its user; the request's id is the whole piece of work's. */
export function commandContextOf({ id, authorised }: FastifyRequest): CommandContext {
  if (authorised === undefined) throw new Error('A route that gives commands has to name its scope, or be for users.');
  return { actor: authorised.actor, correlationId: id, causationId: id };
}
