import { z } from 'zod';
import type { AddressLimit } from '../address-limit.js';
import { sessionOf } from '../authentication.js';
import { commandContextOf } from '../command-context-of.js';
import { networkOf } from '../failed-authentications.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { found, onePage, sendCollection, sendResource } from '../json-api.js';
import { below } from '../refusals.js';
import { sessionAttributes, sessionResource, userAttributes, userResource } from '../resources/session-resource.js';
import { emailField, oneTimeCodeField, passwordField } from '../schemas/account-fields.js';
import { collectionAnswer, nothing, resourceAnswer } from '../schemas/answers.js';
import { document, idOf, resource } from '../schemas/fields.js';
import { withExample } from '../schemas/with-example.js';
import { clearSessionCookie, sessionTokenOf, setSessionCookie } from '../session-cookie.js';

const logInBody = withExample(
  document(
    resource(
      'session',
      z.strictObject({ email: emailField, password: passwordField, code: oneTimeCodeField.nullish() }),
    ),
  ),
  { data: { type: 'session', attributes: { email: '{email}', password: '{password}', code: '{one_time_code}' } } },
);

/** Logging in and out, and the sessions that come of it. */
export function sessionRoutes(app: HttpServer, { logIn }: HttpDependencies, checkAddress: AddressLimit): void {
  const tags = ['Sessions'];

  app.post(
    '/api/hookledger/session',
    {
      config: {
        repeats: 'by-nature',
        sameOriginOnly: true,
        refusalsAt: below('/data/attributes'),
        answers: { 201: resourceAnswer('session-user', userAttributes) },
      },
      onRequest: checkAddress,
      schema: {
        tags,
        operationId: 'logIn',
        summary: 'Log in; the answer sets the cookie of the session',
        body: logInBody,
      },
    },
    async (request, reply) => {
      const { email, password, code } = request.body.data.attributes;
      const given = { email, password, ...(code == null ? {} : { code }), address: networkOf(request.ip) };
      const { result } = await logIn.logIn(given, request.id);
      // The browser forgets the former session, so nobody would ever end it.
      const former = sessionTokenOf(request);
      if (former !== undefined) await logIn.logOut(former, request.id);
      // Always a new token: whatever cookie came along opens nothing (session fixation, CWE-384).
      setSessionCookie(request, reply, result.token);
      const started = await logIn.authenticate(result.token, request.id);
      if (started === undefined) throw new Error('A session was over as soon as it began.');
      return sendResource(request, reply.code(201), userResource(started, result.expiresAt));
    },
  );

  app.get(
    '/api/hookledger/session',
    {
      config: { session: true, answers: { 200: resourceAnswer('session-user', userAttributes) } },
      schema: { tags, operationId: 'getSession', summary: 'Who is logged in, and what they may do' },
    },
    async (request, reply) => {
      const session = sessionOf(request);
      const all = await logIn.sessionsOf(session.userId);
      const { expiresAt } = found(all.find(isSession(session.sessionSha256)), 'session', session.sessionSha256);
      return sendResource(request, reply, userResource(session, expiresAt));
    },
  );

  app.delete(
    '/api/hookledger/session',
    {
      config: { session: true, answers: { 204: nothing('The session is over') } },
      schema: { tags, operationId: 'logOut', summary: 'Log out' },
    },
    async (request, reply) => {
      const { renewed } = sessionOf(request);
      await logIn.logOut(renewed ?? (sessionTokenOf(request) as string), request.id);
      clearSessionCookie(request, reply);
      return reply.code(204).send();
    },
  );

  app.get(
    '/api/hookledger/sessions',
    {
      config: { session: true, answers: { 200: collectionAnswer('session', sessionAttributes) } },
      schema: { tags, operationId: 'getSessions', summary: "One's own sessions, oldest first" },
    },
    async (request, reply) => {
      const { userId, sessionSha256 } = sessionOf(request);
      const sessions = await logIn.sessionsOf(userId);
      return sendCollection(request, reply, onePage(sessions.map((one) => sessionResource(one, sessionSha256))));
    },
  );

  app.delete(
    '/api/hookledger/sessions',
    {
      config: { session: true, answers: { 204: nothing('All other sessions are over') } },
      schema: { tags, operationId: 'endOtherSessions', summary: "End all of one's own sessions but this one" },
    },
    async (request, reply) => {
      const { userId, sessionSha256 } = sessionOf(request);
      await logIn.endOtherSessions(userId, sessionSha256, commandContextOf(request));
      return reply.code(204).send();
    },
  );

  app.delete(
    '/api/hookledger/sessions/:id',
    {
      config: { session: true, answers: { 204: nothing('The session is over') } },
      schema: { tags, operationId: 'endSession', summary: "End one of one's own sessions", params: idOf('session') },
    },
    async (request, reply) => {
      const { userId } = sessionOf(request);
      const { id } = request.params;
      found((await logIn.sessionsOf(userId)).find(isSession(id)), 'session', id);
      await logIn.endSession(userId, id, commandContextOf(request));
      return reply.code(204).send();
    },
  );
}

/** Whoever looked at the list may know a session by a token that was exchanged since. */
const isSession =
  (sha256: string) =>
  (session: { sha256: string; previous?: { sha256: string } }): boolean =>
    session.sha256 === sha256 || session.previous?.sha256 === sha256;
