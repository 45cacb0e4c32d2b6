import type { FastifyRequest } from 'fastify';
import type { CommandContext } from '../../application/command-context.js';

/** A request's command is given by its key; the request's id is the whole piece of work's. */
export function commandContextOf({ id, authorised }: FastifyRequest): CommandContext {
  if (authorised === undefined) throw new Error('A route that gives commands has to name its scope.');
  const actor = { kind: 'api-key', id: authorised.keyId, name: authorised.name } as const;
  return { actor, correlationId: id, causationId: id };
}
