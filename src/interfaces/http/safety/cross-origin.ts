import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../api-error.js';
import { SESSION_COOKIE_NAMES } from '../session-cookie.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Refuses what other sites' pages send even where there is no session yet: a log-in, for one. */
    sameOriginOnly?: boolean;
  }
}

/** What is looked at of a request. */
export interface RequestOrigin {
  method: string;
  /** As the browser sees them, so behind a trusted proxy those of the proxy. */
  protocol: string;
  host: string;
  headers: IncomingHttpHeaders;
}

const SESSION_COOKIES: readonly string[] = Object.values(SESSION_COOKIE_NAMES);

/** They change nothing (RFC 9110, section 9.2.1), and browsers let nobody else read the answers. */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Why a request is refused that a browser may have sent on behalf of another site (CSRF), if it is. Only a cookie travels
 * by itself, so that a request without a session's cookie, or with a key, is nobody else's doing.
 *
 * As in Go 1.25's http.CrossOriginProtection: browsers say where a request comes from, in headers that no page can set.
 * Stricter in two ways: the scheme counts, and a session whose request says nothing about its origin is refused; every
 * browser since 2020 says something.
 */
export function crossOriginRefusal(request: RequestOrigin): string | undefined {
  if (!hasSession(request.headers) || request.headers.authorization !== undefined) return undefined;
  if (SAFE_METHODS.has(request.method)) return undefined;
  if (request.headers['sec-fetch-site'] === undefined && request.headers.origin === undefined) {
    return 'A request of a session has to say where it comes from, by Sec-Fetch-Site or Origin; programs use an API key.';
  }
  return foreignOrigin(request);
}

/** The same for what needs no session: a request that says nothing comes from no browser. */
export function foreignOrigin({ method, protocol, host, headers }: RequestOrigin): string | undefined {
  if (SAFE_METHODS.has(method)) return undefined;
  const { 'sec-fetch-site': site, origin } = headers;
  if (site !== undefined) return site === 'same-origin' || site === 'none' ? undefined : REFUSED;
  if (origin === undefined) return undefined;
  return origin.toLowerCase() === `${protocol}://${host}`.toLowerCase() ? undefined : REFUSED;
}

const REFUSED = 'The request comes from a page of another site; only pages of this server may use a session.';

export async function refuseCrossOrigin(request: FastifyRequest, _reply: FastifyReply): Promise<void> {
  const always = request.routeOptions.config?.sameOriginOnly === true;
  const detail = crossOriginRefusal(request) ?? (always ? foreignOrigin(request) : undefined);
  if (detail !== undefined) throw new ApiError('permission_denied', { detail });
}

function hasSession({ cookie = '' }: IncomingHttpHeaders): boolean {
  return cookie.split(';').some((pair) => SESSION_COOKIES.includes(pair.split('=', 1)[0]?.trim() ?? ''));
}
