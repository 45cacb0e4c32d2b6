import { z } from 'zod';
import type { AddressLimit } from '../address-limit.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { below } from '../refusals.js';
import { linkTokenField, passwordField } from '../schemas/account-fields.js';
import { nothing } from '../schemas/answers.js';
import { document, resource } from '../schemas/fields.js';
import { withExample } from '../schemas/with-example.js';

const passwordBody = withExample(
  document(resource('password', z.strictObject({ token: linkTokenField, password: passwordField }))),
  {
    data: { type: 'password', attributes: { token: '{password_link_token}', password: 'six geese walk to the river' } },
  },
);

export function passwordRoutes(app: HttpServer, { members }: HttpDependencies, checkAddress: AddressLimit): void {
  app.post(
    '/api/hookledger/password',
    {
      config: {
        repeats: 'by-nature',
        sameOriginOnly: true,
        refusalsAt: below('/data/attributes'),
        answers: { 204: nothing('The password is set, and all sessions are over') },
      },
      onRequest: checkAddress,
      schema: {
        tags: ['Members'],
        operationId: 'setPassword',
        summary: "Set a new password, by a link's token",
        body: passwordBody,
      },
    },
    async (request, reply) => {
      const { token, password } = request.body.data.attributes;
      await members.resetPassword(token, password, request.id);
      return reply.code(204).send();
    },
  );
}
