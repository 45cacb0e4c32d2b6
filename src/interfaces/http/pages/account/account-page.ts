import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticated } from '../../../../application/commands/log-in.js';
import { userContext } from '../../../../application/commands/user-context.js';
import { RuleViolation } from '../../../../domain/kernel/rule-violation.js';
import type { HttpDependencies } from '../../http-dependencies.js';
import type { HttpServer } from '../../http-server.js';
import { fieldOf } from '../form-body.js';
import { type MemberAnswer, memberForm, memberPage } from '../member-page.js';
import { PASSWORDS_DIFFER } from '../new-password.js';
import { type Problem, problemOf, sendPage } from '../render.js';
import { twoStepReminder } from '../two-step-reminder.js';
import { isTheme, keepTheme, THEMES, themeOf } from './theme.js';

const PATH = '/account';

/** What was done by a form; `?notice=` names it, so that a link can't put words into our mouth. */
const NOTICES: ReadonlyMap<unknown, string> = new Map([
  ['password-changed', 'Your password is changed, and all your other sessions are over.'],
  ['session-ended', 'The session is over.'],
  ['others-ended', 'All your other sessions are over.'],
]);

/** What one has of one's own: role, two-step authentication, password, sessions, and how pages look in this browser. */
export function accountPage(app: HttpServer, { logIn, members, twoStep }: HttpDependencies): void {
  async function show(
    request: FastifyRequest,
    reply: FastifyReply,
    member: Authenticated,
    problem?: Problem,
  ): Promise<FastifyReply> {
    const { notice } = request.query as { notice?: unknown };
    const sessions = (await logIn.sessionsOf(member.userId)).map((session) => ({
      ...session,
      isThisOne: session.sha256 === member.sessionSha256,
    }));
    return sendPage(reply, 'account', {
      title: 'Account',
      section: 'account',
      member,
      notice: NOTICES.get(notice),
      problem,
      reminder: await twoStepReminder(twoStep, member, request.log),
      sessions: sessions.reverse(),
      themes: THEMES,
      chosenTheme: themeOf(request),
    });
  }

  memberPage(app, logIn, PATH, show);

  /** A form of the page. What is refused is shown on the page again, at its field. */
  const form = (path: string, act: MemberAnswer): void =>
    memberForm(
      app,
      logIn,
      PATH + path,
      undefined,
      () => PATH,
      async (request, reply, member) => {
        try {
          return await act(request, reply, member);
        } catch (error) {
          if (!(error instanceof RuleViolation)) throw error;
          reply.code(error.rule === 'log_in_throttled' ? 429 : 400);
          return show(request, reply, member, problemOf(error));
        }
      },
    );

  form('/password', async (request, reply, member) => {
    const newPassword = fieldOf(request, 'newPassword');
    if (newPassword !== fieldOf(request, 'repeated')) {
      return show(request, reply.code(400), member, PASSWORDS_DIFFER);
    }
    const { userId, sessionSha256 } = member;
    const context = contextOf(member, request);
    await members.changePassword(userId, fieldOf(request, 'password'), newPassword, context, sessionSha256);
    return reply.redirect(`${PATH}?notice=password-changed`, 303);
  });

  form('/sessions', async (request, reply, member) => {
    const { userId, sessionSha256 } = member;
    const end = fieldOf(request, 'end');
    const context = contextOf(member, request);
    if (end === 'others') {
      await logIn.endOtherSessions(userId, sessionSha256, context);
      return reply.redirect(`${PATH}?notice=others-ended`, 303);
    }
    // One that is over already is what was asked for.
    await logIn.endSession(userId, end, context);
    return reply.redirect(`${PATH}?notice=session-ended`, 303);
  });

  form('/theme', async (request, reply) => {
    const theme = fieldOf(request, 'theme');
    if (!isTheme(theme)) {
      throw new RuleViolation('theme_unknown', `There is no such look; choose one of ${THEMES.join(', ')}.`);
    }
    keepTheme(request, reply, theme);
    return reply.redirect(PATH, 303);
  });
}

const contextOf = ({ userId, email }: Authenticated, { id }: FastifyRequest) => userContext(userId, email, id);
