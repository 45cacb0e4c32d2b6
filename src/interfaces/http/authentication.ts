import type { FastifyContextConfig, FastifyReply, FastifyRequest } from 'fastify';
import { authorRefusal } from '../../application/commands/action-author.js';
import type { ApiKeyCommands } from '../../application/commands/api-keys.js';
import type { Authenticated, LogIn } from '../../application/commands/log-in.js';
import type { Actor } from '../../application/ports/event-store.js';
import type { ApiScope } from '../../domain/account/api-key.js';
import { SCOPES_OF_ROLE } from '../../domain/account/role.js';
import type { RuleViolation } from '../../domain/kernel/rule-violation.js';
import { ApiError } from './api-error.js';
import type { PlaceInDocument } from './refusals.js';
import { sessionTokenOf, setSessionCookie } from './session-cookie.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a key or a user has to be allowed for this route. A route with neither this nor `session` is open to everyone. */
    scope?: ApiScope;
    /** Whether only a user who is logged in may use this route. */
    session?: boolean;
    /** Where the command's refusals point to; to what the path names unless given. */
    refusalsAt?: PlaceInDocument;
  }
  interface FastifyRequest {
    /** Set on every route that takes credentials, before anything else is looked at. */
    authorised: RequestAuthorised | undefined;
  }
}

/** Who makes a request, and what they may do. */
export interface RequestAuthorised {
  actor: Actor;
  /** Of the key or the user, for people. */
  name: string;
  /** Those that count now. */
  scopes: readonly ApiScope[];
  /** By what the rate is limited: each key, and each user, has its own. */
  limitId: string;
  /** Why flows:write is not among the scopes, where that is more than that nobody gave it. */
  withheld?: RuleViolation;
  /** Where it is a user who is logged in. */
  session?: Authenticated;
}

const SCHEME = 'Klaviyo-API-Key';

/** Whether a route takes credentials. */
export const takesCredentials = ({ scope, session }: FastifyContextConfig): boolean =>
  scope !== undefined || session === true;

/** Checks the key or the session of a request before its body is read. A key goes first; the cookie is then not looked at. */
export const authenticate =
  (apiKeys: ApiKeyCommands, logIn: LogIn) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { config } = request.routeOptions;
    if (!takesCredentials(config)) return;
    const { scope, session: sessionOnly = false } = config;
    const { authorization } = request.headers;
    if (sessionOnly && authorization !== undefined) {
      throw new ApiError('not_authenticated', {
        detail: 'This is for users who are logged in; an API key is of no use here, so send the request without one.',
        source: { header: 'Authorization' },
      });
    }
    request.authorised =
      authorization === undefined
        ? await userOf(logIn, request, reply, sessionOnly)
        : await keyOf(apiKeys, authorization, scope);
    if (scope !== undefined) requireScope(request, scope);
  };

async function keyOf(
  apiKeys: ApiKeyCommands,
  header: string,
  wanted: ApiScope | undefined,
): Promise<RequestAuthorised> {
  const separator = header.indexOf(' ');
  if (header.slice(0, separator).toLowerCase() !== SCHEME.toLowerCase()) {
    throw refused('not_authenticated', `The Authorization header has to begin with ${SCHEME} and a space.`);
  }
  const authorised = await apiKeys.authorise(header.slice(separator + 1).trim(), wanted);
  if (authorised === undefined) {
    throw refused('authentication_failed', 'The API key is not known, was revoked or has expired.');
  }
  const { keyId, name, scopes, withheld } = authorised;
  const actor: Actor = { kind: 'api-key', id: keyId, name };
  return { actor, name: `The API key '${name}'`, scopes, limitId: keyId, ...(withheld && { withheld }) };
}

async function userOf(
  logIn: LogIn,
  request: FastifyRequest,
  reply: FastifyReply,
  sessionOnly: boolean,
): Promise<RequestAuthorised> {
  const token = sessionTokenOf(request);
  if (token === undefined) {
    if (sessionOnly) throw new ApiError('not_authenticated', { detail: 'This is for users; log in first.' });
    throw refused(
      'not_authenticated',
      `The request has no key; send the header Authorization: ${SCHEME} KEY, or log in.`,
    );
  }
  const session = await logIn.authenticate(token, request.id);
  if (session === undefined) {
    throw new ApiError('authentication_failed', { detail: 'The session is over; log in again.' });
  }
  if (session.renewed !== undefined) setSessionCookie(request, reply, session.renewed);
  return authorisedUser(session);
}

function authorisedUser(session: Authenticated): RequestAuthorised {
  const { userId, email, role } = session;
  const withheld = authorRefusal(session);
  return {
    actor: { kind: 'user', id: userId, name: email },
    name: `${email}, who is ${role},`,
    scopes: scopesOfUser(session),
    limitId: userId,
    ...(withheld && { withheld }),
    session,
  };
}

/** Those of the role, but for flows:write where the user may not write webhook actions. */
export function scopesOfUser(session: Authenticated): readonly ApiScope[] {
  const scopes = [...SCOPES_OF_ROLE[session.role]];
  return authorRefusal(session) === undefined ? scopes : scopes.filter((scope) => scope !== 'flows:write');
}

/** For what a request asks beyond its route's own scope. @throws ApiError permission_denied, or the rule that stands against it */
export function requireScope({ authorised }: FastifyRequest, scope: ApiScope): void {
  if (authorised?.scopes.includes(scope)) return;
  if (scope === 'flows:write' && authorised?.withheld !== undefined) throw authorised.withheld;
  throw new ApiError('permission_denied', {
    detail: `${authorised?.name} lacks the scope ${scope}, which this request needs.`,
  });
}

/** The user of a route with `session: true`. */
export function sessionOf({ authorised }: FastifyRequest): Authenticated {
  if (authorised?.session === undefined) throw new Error('A route for users has to say so in its configuration.');
  return authorised.session;
}

function refused(kind: 'not_authenticated' | 'authentication_failed', detail: string): ApiError {
  return new ApiError(kind, { detail, source: { header: 'Authorization' } }, { 'www-authenticate': SCHEME });
}
