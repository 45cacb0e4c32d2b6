import type { FastifyReply, FastifyRequest } from 'fastify';
import { isSetUpToken } from '../../../../application/set-up-token.js';
import { RuleViolation } from '../../../../domain/kernel/rule-violation.js';
import { networkOf } from '../../failed-authentications.js';
import type { HttpServer } from '../../http-server.js';
import { setSessionCookie } from '../../session-cookie.js';
import { withContinue } from '../continue-path.js';
import { fieldOf } from '../form-body.js';
import { PASSWORDS_DIFFER } from '../new-password.js';
import { FORM, PAGE, type PageDependencies } from '../page-options.js';
import { type Problem, problemOf, sendPage } from '../render.js';

const PATH = '/set-up';

const TITLES = {
  /** The link was followed: who is the owner? */
  form: 'Set up hookledger',
  /** There are no members yet, and whoever asks has no link: where is it? */
  hint: 'Set up hookledger',
  /** There are members. */
  over: 'hookledger is set up already',
} as const;

/**
 * Where the first member, an owner, is made: by whoever has the link that `hookledger serve` prints, and while there is no
 * member. Whoever reaches the port first must not become the owner by that.
 */
export function setUpPage(app: HttpServer, { logIn, members, vault, checkAddress }: PageDependencies): void {
  app.get(PATH, PAGE, async (request, reply) => {
    if (await members.isSetUp()) return show(reply.code(404), 'over');
    const { token } = request.query as { token?: unknown };
    if (token === undefined) return show(reply, 'hint');
    if (hasToken(request)) return show(reply, 'form');
    await checkAddress(request);
    return show(reply.code(403), 'hint', { problem: WRONG_LINK });
  });

  app.post(PATH, { ...FORM, onRequest: checkAddress }, async (request, reply) => {
    if (await members.isSetUp()) return show(reply.code(404), 'over');
    if (!hasToken(request)) return show(reply.code(403), 'hint', { problem: WRONG_LINK });
    const [email, password] = [fieldOf(request, 'email'), fieldOf(request, 'password')];
    if (password !== fieldOf(request, 'repeated')) {
      return show(reply.code(400), 'form', { email, problem: PASSWORDS_DIFFER });
    }
    try {
      await members.setUpOwner(email, password, request.id);
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      // Somebody else was quicker.
      if (error.rule === 'set_up_already') return show(reply.code(404), 'over');
      return show(reply.code(400), 'form', { email, problem: problemOf(error) });
    }
    const { result } = await logIn.logIn({ email, password, address: networkOf(request.ip) }, request.id);
    setSessionCookie(request, reply, result.token);
    // Without it the owner could not write the first webhook action.
    return reply.redirect(withContinue('/two-step', '/flows'), 303);
  });

  function hasToken({ query }: FastifyRequest): boolean {
    const { token } = query as { token?: unknown };
    return typeof token === 'string' && isSetUpToken(vault, token);
  }
}

const WRONG_LINK: Problem = { message: 'This link is not the one of this installation; take the one that it printed.' };

const show = (
  reply: FastifyReply,
  state: keyof typeof TITLES,
  given: { email?: string; problem?: Problem } = {},
): FastifyReply => sendPage(reply, 'set-up', { title: TITLES[state], state, email: '', ...given });
