import type { FastifyReply, FastifyRequest } from 'fastify';
import { RuleViolation } from '../../../domain/kernel/rule-violation.js';
import { networkOf } from '../failed-authentications.js';
import type { HttpServer } from '../http-server.js';
import { clearSessionCookie, sessionTokenOf, setSessionCookie } from '../session-cookie.js';
import { continueOf, withContinue } from './continue-path.js';
import { fieldOf } from './form-body.js';
import { loggedInMember } from './logged-in-member.js';
import { FORM, PAGE, type PageDependencies } from './page-options.js';
import { type Page, problemOf, sendPage } from './render.js';

/** What other pages have to say when they lead here; `?notice=` names one, so that a link can't put words into our mouth. */
const NOTICES: ReadonlyMap<unknown, string> = new Map([
  ['joined', 'You are a member now; log in with your new password.'],
  ['password-set', 'Your new password is set, and all sessions were ended; log in with it.'],
  ['logged-out', 'You are logged out.'],
]);

/**
 * One form for e-mail address, password and code. Whoever forgot the code is asked for all three again: the password never
 * stands in a page, and no half-way state has to be kept, guessed at, or shared between servers.
 */
export function logInPage(app: HttpServer, { logIn, checkAddress }: PageDependencies): void {
  app.get('/log-in', PAGE, async (request, reply) => {
    const path = continueOf(request.query);
    if ((await loggedInMember(logIn, request, reply)) !== undefined) return reply.redirect(path, 303);
    const { notice } = request.query as { notice?: unknown };
    return sendForm(request, reply, { notice: NOTICES.get(notice) });
  });

  app.post('/log-in', { ...FORM, onRequest: checkAddress }, async (request, reply) => {
    const [email, password, code] = [
      fieldOf(request, 'email'),
      fieldOf(request, 'password'),
      fieldOf(request, 'code').trim(),
    ];
    const given = { email, password, address: networkOf(request.ip), ...(code === '' ? {} : { code }) };
    try {
      const { result } = await logIn.logIn(given, request.id);
      // The browser forgets the former session, so nobody would ever end it.
      const former = sessionTokenOf(request);
      if (former !== undefined) await logIn.logOut(former, request.id);
      setSessionCookie(request, reply, result.token);
      return reply.redirect(continueOf(request.query), 303);
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      const codeRequired = error.rule === 'code_required';
      const problem = codeRequired ? { message: CODE_REQUIRED } : problemOf(error);
      reply.code(error.rule === 'log_in_throttled' ? 429 : 400);
      return sendForm(request, reply, { email, problem, codeRequired: codeRequired || code !== '' });
    }
  });

  app.post('/log-out', FORM, async (request, reply) => {
    const token = sessionTokenOf(request);
    if (token !== undefined) await logIn.logOut(token, request.id);
    clearSessionCookie(request, reply);
    return reply.redirect('/log-in?notice=logged-out', 303);
  });
}

const CODE_REQUIRED = 'Two-step authentication is on for you; give your password again, and the code too.';

function sendForm(request: FastifyRequest, reply: FastifyReply, values: Omit<Page, 'title'>): FastifyReply {
  return sendPage(reply, 'log-in', {
    title: 'Log in',
    here: withContinue('/log-in', continueOf(request.query)),
    email: '',
    codeRequired: false,
    ...values,
  });
}
