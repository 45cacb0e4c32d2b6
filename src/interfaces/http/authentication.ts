import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiKeyCommands, Authorised } from '../../application/commands/api-keys.js';
import type { ApiScope } from '../../domain/account/api-key.js';
import { ApiError } from './api-error.js';
import type { PlaceInDocument } from './refusals.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a key has to be allowed for this route; only routes without one are open to everyone. */
    scope?: ApiScope;
    /** Where the command's refusals point to; to what the path names unless given. */
    refusalsAt?: PlaceInDocument;
  }
  interface FastifyRequest {
    /** Set on every route with a scope, before anything else is looked at. */
    authorised: Authorised | undefined;
  }
}

const SCHEME = 'Klaviyo-API-Key';

/** Checks the key of a request before its body is read. */
export const authenticate =
  (apiKeys: ApiKeyCommands) =>
  async (request: FastifyRequest, _reply: FastifyReply): Promise<void> => {
    const { scope } = request.routeOptions.config;
    if (scope === undefined) return;
    const header = request.headers.authorization;
    if (header === undefined) {
      throw refused('not_authenticated', `The request has no key; send the header Authorization: ${SCHEME} KEY.`);
    }
    const separator = header.indexOf(' ');
    if (header.slice(0, separator).toLowerCase() !== SCHEME.toLowerCase()) {
      throw refused('not_authenticated', `The Authorization header has to begin with ${SCHEME} and a space.`);
    }
    const authorised = await apiKeys.authorise(header.slice(separator + 1).trim());
    if (authorised === undefined) throw refused('authentication_failed', 'The API key is not known, or was revoked.');
    request.authorised = authorised;
    requireScope(request, scope);
  };

/** For what a request asks beyond its route's own scope. */
export function requireScope({ authorised }: FastifyRequest, scope: ApiScope): void {
  if (authorised?.scopes.includes(scope)) return;
  throw new ApiError('permission_denied', {
    detail: `The API key '${authorised?.name}' lacks the scope ${scope}, which this request needs.`,
  });
}

function refused(kind: 'not_authenticated' | 'authentication_failed', detail: string): ApiError {
  return new ApiError(kind, { detail, source: { header: 'Authorization' } }, { 'www-authenticate': SCHEME });
}
