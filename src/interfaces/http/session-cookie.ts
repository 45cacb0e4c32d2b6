import type { FastifyReply, FastifyRequest } from 'fastify';
import { cookieOf } from './cookie-of.js';

/** Behind TLS a browser takes the `__Host-` name from this host alone (RFC 6265bis, section 4.1.3.2). */
export const SESSION_COOKIE_NAMES = { plain: 'hookledger_session', behindTls: '__Host-hookledger_session' } as const;

/** Longer than any session lasts; the server says when it is over. */
const MAX_AGE_SECONDS = 12 * 3_600;

/** Scripts can't read it, and other sites' pages don't send it. */
const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Strict';

/** The session's token that the request brings; undefined where there is none. */
export const sessionTokenOf = (request: FastifyRequest): string | undefined =>
  cookieOf(request, nameFor(request.protocol));

export function setSessionCookie({ protocol }: FastifyRequest, reply: FastifyReply, token: string): void {
  reply.header('set-cookie', cookie(protocol, token, MAX_AGE_SECONDS));
}

export function clearSessionCookie({ protocol }: FastifyRequest, reply: FastifyReply): void {
  reply.header('set-cookie', cookie(protocol, '', 0));
}

const nameFor = (protocol: string): string =>
  protocol === 'https' ? SESSION_COOKIE_NAMES.behindTls : SESSION_COOKIE_NAMES.plain;

const cookie = (protocol: string, value: string, maxAge: number): string =>
  `${nameFor(protocol)}=${value}; ${ATTRIBUTES}; Max-Age=${maxAge}${protocol === 'https' ? '; Secure' : ''}`;
