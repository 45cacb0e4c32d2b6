import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticated } from '../../../application/commands/log-in.js';
import { userContext } from '../../../application/commands/user-context.js';
import { RuleViolation } from '../../../domain/kernel/rule-violation.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { continueOf, withContinue } from './continue-path.js';
import { fieldOf } from './form-body.js';
import { loggedInMember } from './logged-in-member.js';
import { FORM, PAGE } from './page-options.js';
import { qrCodeImage } from './qr-code.js';
import { type Problem, problemOf, sendPage } from './render.js';

const PATH = '/two-step';

const TITLES = {
  off: 'Two-step authentication',
  pending: 'Set up two-step authentication',
  on: 'Two-step authentication is on',
} as const;

/** Where members switch their own two-step authentication on and off. */
export function twoStepPage(app: HttpServer, { logIn, twoStep }: HttpDependencies): void {
  /** Shows how far the member is, and what was wrong with the form that was sent, if one was. */
  async function show(
    request: FastifyRequest,
    reply: FastifyReply,
    member: Authenticated,
    failed: { action?: string; problem?: Problem } = {},
  ): Promise<FastifyReply> {
    const shown = await twoStep.stateOf(member.userId);
    const path = continueOf(request.query);
    return sendPage(reply, 'two-step', {
      title: TITLES[shown.state],
      member,
      path,
      here: withContinue(PATH, path),
      failedAction: failed.action ?? '',
      problem: failed.problem,
      ...shown,
      ...(shown.state === 'pending'
        ? { qrCode: await qrCodeImage(shown.url), groups: shown.secret.replace(/(.{4})(?=.)/g, '$1 ') }
        : {}),
    });
  }

  async function act(
    request: FastifyRequest,
    reply: FastifyReply,
    member: Authenticated,
    action: string,
  ): Promise<FastifyReply> {
    const { userId, email, sessionSha256 } = member;
    const context = userContext(userId, email, request.id);
    const code = fieldOf(request, 'code');
    const path = continueOf(request.query);
    const showCodes = ({ recoveryCodes }: { recoveryCodes: readonly string[] }, title: string): FastifyReply =>
      sendPage(reply, 'recovery-codes', { title, member, path, recoveryCodes });
    switch (action) {
      case 'prepare':
        await twoStep.prepare(userId, context);
        return reply.redirect(withContinue(PATH, path), 303);
      case 'confirm': {
        const { result } = await twoStep.switchOn(userId, code, context, sessionSha256);
        return showCodes(result, TITLES.on);
      }
      case 'renew': {
        const { result } = await twoStep.renewRecoveryCodes(userId, code, context);
        return showCodes(result, 'New recovery codes');
      }
      case 'switch-off':
        await twoStep.switchOff(userId, fieldOf(request, 'password'), code, context, sessionSha256);
        return reply.redirect(withContinue(PATH, path), 303);
      default:
        throw new RuleViolation('action_unknown', 'The form names nothing that this page can do; use its buttons.');
    }
  }

  app.get(PATH, PAGE, (request, reply) =>
    verified(request, reply, async () => {
      const member = await loggedInMember(logIn, request, reply);
      return member === undefined ? toLogIn(request, reply) : show(request, reply, member);
    }),
  );

  app.post(PATH, FORM, (request, reply) =>
    verified(request, reply, async () => {
      const member = await loggedInMember(logIn, request, reply);
      if (member === undefined) return toLogIn(request, reply);
      const action = fieldOf(request, 'action');
      try {
        return await act(request, reply, member, action);
      } catch (error) {
        if (!(error instanceof RuleViolation)) throw error;
        reply.code(error.rule === 'log_in_throttled' ? 429 : 400);
        return show(request, reply, member, { action, problem: problemOf(error) });
      }
    }),
  );
}

const toLogIn = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  reply.redirect(withContinue('/log-in', withContinue(PATH, continueOf(request.query))), 303);

/** Where it can't be found out how far the member is, nothing is claimed, and the page can be tried again. */
async function verified(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof RuleViolation) throw error;
    request.log.error({ error, requestId: request.id }, 'two-step authentication could not be verified');
    return sendPage(reply.code(503).header('retry-after', '5'), 'failure', {
      title: "Two-step authentication can't be verified now",
      message:
        'Whether it is on for you could not be found out, so nothing was changed by this page; try again in a moment.',
      again: withContinue(PATH, continueOf(request.query)),
    });
  }
}
