import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticated, LogIn } from '../../../application/commands/log-in.js';
import type { ApiScope } from '../../../domain/account/api-key.js';
import { SCOPES_OF_ROLE } from '../../../domain/account/role.js';
import { RuleViolation } from '../../../domain/kernel/rule-violation.js';
import { ApiError } from '../api-error.js';
import type { HttpServer } from '../http-server.js';
import { withContinue } from './continue-path.js';
import { loggedInMember } from './logged-in-member.js';
import { FORM, PAGE } from './page-options.js';

export type MemberAnswer = (
  request: FastifyRequest,
  reply: FastifyReply,
  member: Authenticated,
) => Promise<FastifyReply> | FastifyReply;

/** A page for members: whoever isn't logged in is led to the log-in first, and back. */
export function memberPage(app: HttpServer, logIn: LogIn, path: string, answer: MemberAnswer): void {
  app.get(path, PAGE, async (request, reply) => {
    const member = await loggedInMember(logIn, request, reply);
    return member === undefined ? toLogIn(reply, request.url) : answer(request, reply, member);
  });
}

/**
 * A form of such a page, for members whose role has the scope; for all of them where none is given. Whoever may not write
 * webhook actions since two-step authentication is off for them is led to its set-up, and from there to `back`: a path of
 * this server, of the request.
 */
export function memberForm(
  app: HttpServer,
  logIn: LogIn,
  path: string,
  scope: ApiScope | undefined,
  back: (request: FastifyRequest) => string,
  answer: MemberAnswer,
  options = FORM,
): void {
  app.post(path, options, async (request, reply) => {
    const member = await loggedInMember(logIn, request, reply);
    if (member === undefined) return toLogIn(reply, back(request));
    if (scope !== undefined && !SCOPES_OF_ROLE[member.role].has(scope)) {
      const detail = `That takes the role manager, admin or owner; ${member.email} has the role ${member.role}.`;
      throw new ApiError('permission_denied', { detail });
    }
    try {
      return await answer(request, reply, member);
    } catch (error) {
      if (!(error instanceof RuleViolation) || error.rule !== 'two_step_required') throw error;
      return reply.redirect(withContinue('/two-step', back(request)), 303);
    }
  });
}

const toLogIn = (reply: FastifyReply, path: string): FastifyReply => reply.redirect(withContinue('/log-in', path), 303);
