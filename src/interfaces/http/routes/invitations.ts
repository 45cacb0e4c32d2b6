import { z } from 'zod';
import { ROLES } from '../../../domain/account/role.js';
import type { AddressLimit } from '../address-limit.js';
import { commandContextOf } from '../command-context-of.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { sendResource } from '../json-api.js';
import { below } from '../refusals.js';
import { linkAttributes } from '../resources/member-resource.js';
import { emailField, linkTokenField, passwordField } from '../schemas/account-fields.js';
import { nothing, resourceAnswer } from '../schemas/answers.js';
import { document, idOf, resource } from '../schemas/fields.js';
import { withExample } from '../schemas/with-example.js';

const invitationBody = withExample(
  document(resource('invitation', z.strictObject({ email: emailField, role: z.enum(ROLES) }))),
  { data: { type: 'invitation', attributes: { email: 'marta@example.com', role: 'manager' } } },
);
const acceptanceBody = withExample(
  document(resource('invitation', z.strictObject({ token: linkTokenField, password: passwordField }))),
  {
    data: { type: 'invitation', attributes: { token: '{invitation_token}', password: 'six geese walk to the river' } },
  },
);

/** How somebody becomes a member: an owner or admin invites them, and passes the link on. */
export function invitationRoutes(app: HttpServer, { members }: HttpDependencies, checkAddress: AddressLimit): void {
  const tags = ['Members'];

  app.post(
    '/api/hookledger/invitations',
    {
      config: {
        repeats: 'refused',
        session: true,
        refusalsAt: below('/data/attributes'),
        answers: { 201: resourceAnswer('invitation', linkAttributes) },
      },
      schema: {
        tags,
        operationId: 'inviteMember',
        summary: 'Invite somebody; the link is shown once',
        body: invitationBody,
      },
    },
    async (request, reply) => {
      const { email, role } = request.body.data.attributes;
      const { userId, token, expiresAt } = (await members.invite(email, role, commandContextOf(request))).result;
      const attributes: z.infer<typeof linkAttributes> = { path: `/invitations/${token}`, expires_at: expiresAt };
      return sendResource(request, reply.code(201), { type: 'invitation', id: userId, attributes });
    },
  );

  app.delete(
    '/api/hookledger/invitations/:id',
    {
      config: { session: true, answers: { 204: nothing('The link works no more') } },
      schema: {
        tags,
        operationId: 'withdrawInvitation',
        summary: "Withdraw an invitation, by the invited user's id",
        params: idOf('invitation'),
      },
    },
    async (request, reply) => {
      await members.withdrawInvitation(request.params.id, commandContextOf(request));
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/hookledger/invitations/accept',
    {
      config: {
        repeats: 'by-nature',
        sameOriginOnly: true,
        refusalsAt: below('/data/attributes'),
        answers: { 204: nothing('They are a member, and can log in') },
      },
      onRequest: checkAddress,
      schema: {
        tags,
        operationId: 'acceptInvitation',
        summary: "Accept an invitation, by its link's token",
        body: acceptanceBody,
      },
    },
    async (request, reply) => {
      const { token, password } = request.body.data.attributes;
      await members.acceptInvitation(token, password, request.id);
      return reply.code(204).send();
    },
  );
}
