import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticated, LogIn } from '../../../application/commands/log-in.js';
import { sessionTokenOf, setSessionCookie } from '../session-cookie.js';

/** Whose session the request of a page belongs to; undefined where there is none that goes on. A token that was exchanged goes with the answer. */
export async function loggedInMember(
  logIn: LogIn,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Authenticated | undefined> {
  const token = sessionTokenOf(request);
  if (token === undefined) return undefined;
  const authenticated = await logIn.authenticate(token, request.id);
  if (authenticated?.renewed !== undefined) setSessionCookie(request, reply, authenticated.renewed);
  return authenticated;
}
