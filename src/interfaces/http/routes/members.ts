import { z } from 'zod';
import { readMembers } from '../../../application/queries/members.js';
import { mayManageMembers, ROLES } from '../../../domain/account/role.js';
import { ApiError } from '../api-error.js';
import { sessionOf } from '../authentication.js';
import { commandContextOf } from '../command-context-of.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { checkIdOfPath, found, onePage, sendCollection, sendResource } from '../json-api.js';
import { below } from '../refusals.js';
import { linkAttributes, memberAttributes, memberResource } from '../resources/member-resource.js';
import { collectionAnswer, nothing, resourceAnswer } from '../schemas/answers.js';
import { document, existing, idOf } from '../schemas/fields.js';
import { withExample } from '../schemas/with-example.js';

const roleBody = withExample(document(existing('member', z.strictObject({ role: z.enum(ROLES) }))), {
  data: { type: 'member', id: '{member_id}', attributes: { role: 'manager' } },
});

/** Who belongs to the installation, for owners and admins. Read from the account itself: they are few. */
export function memberRoutes(app: HttpServer, { members, aggregates }: HttpDependencies): void {
  const tags = ['Members'];

  app.get(
    '/api/hookledger/members',
    {
      config: { session: true, answers: { 200: collectionAnswer('member', memberAttributes) } },
      schema: { tags, operationId: 'getMembers', summary: 'All members, then all invitations' },
    },
    async (request, reply) => {
      if (!mayManageMembers(sessionOf(request).role)) {
        throw new ApiError('permission_denied', { detail: 'Seeing all members takes the role admin or owner.' });
      }
      return sendCollection(request, reply, onePage((await readMembers(aggregates)).map(memberResource)));
    },
  );

  app.patch(
    '/api/hookledger/members/:id',
    {
      config: {
        session: true,
        refusalsAt: below('/data/attributes'),
        answers: { 200: resourceAnswer('member', memberAttributes) },
      },
      schema: {
        tags,
        operationId: 'updateMember',
        summary: "Change a member's role",
        params: idOf('member'),
        body: roleBody,
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      checkIdOfPath(id, request.body.data.id);
      await members.changeRole(id, request.body.data.attributes.role, commandContextOf(request));
      const member = (await readMembers(aggregates)).find(({ userId }) => userId === id);
      return sendResource(request, reply, memberResource(found(member, 'member', id)));
    },
  );

  app.delete(
    '/api/hookledger/members/:id',
    {
      config: { session: true, answers: { 204: nothing('They are no member any more, and logged out') } },
      schema: { tags, operationId: 'removeMember', summary: 'Remove a member', params: idOf('member') },
    },
    async (request, reply) => {
      await members.remove(request.params.id, commandContextOf(request));
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/hookledger/members/:id/password-link',
    {
      config: { repeats: 'refused', session: true, answers: { 201: resourceAnswer('password-link', linkAttributes) } },
      schema: {
        tags,
        operationId: 'createPasswordLink',
        summary: 'Make a link, shown once, by which a member sets a new password',
        params: idOf('member'),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { token, expiresAt } = (await members.offerPasswordReset(id, commandContextOf(request))).result;
      const attributes: z.infer<typeof linkAttributes> = { path: `/password/${token}`, expires_at: expiresAt };
      return sendResource(request, reply.code(201), { type: 'password-link', id, attributes });
    },
  );
}
