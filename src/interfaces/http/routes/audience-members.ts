import { z } from 'zod';
import type { AudienceKind } from '../../../domain/audience/audience.js';
import type { MemberListRequest } from '../../../projections/profiles/profile-queries.js';
import { commandContextOf } from '../command-context-of.js';
import { ALL_OF_TIME, filterBy, textField, timeField } from '../filter-parameter.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { found, mapPage, sendCollection, sendIdentifiers } from '../json-api.js';
import { listRequest, paging, sortBy, sparseFields } from '../query-parameters.js';
import { readable } from '../readable.js';
import { below } from '../refusals.js';
import { MEMBER_FIELDS, memberAttributes, memberResource, NO_EXCHANGE_ID } from '../resources/profile-resource.js';
import { collectionAnswer, identifiersAnswer, nothing } from '../schemas/answers.js';
import { idOf } from '../schemas/fields.js';
import { membersBody } from '../schemas/profile-schemas.js';

const identifiers = { email: textField('any', 'equals'), phone_number: textField('any', 'equals') };
const joined = { joined_group_at: timeField(...ALL_OF_TIME.filter((operator) => operator !== 'equals')) };
const example = 'equals(email,"ana@example.com")';
const without = { _kx: NO_EXCHANGE_ID, push_token: 'profiles have no push tokens here' };
const filters = {
  list: filterBy({ ...identifiers, ...joined }, example, without),
  segment: filterBy({ profile_id: textField('any', 'equals'), ...identifiers, ...joined }, example, without),
};

/**
 * Who is in a list or segment. Klaviyo's API adds members to lists alone, since its segments fill themselves; those of
 * hookledger that have no definition are filled under its own path.
 */
export function audienceMemberRoutes(app: HttpServer, deps: HttpDependencies, kind: AudienceKind): void {
  const { audiences, queries } = deps;
  const name = kind === 'list' ? 'List' : 'Segment';
  const tags = [`${name}s`];
  const someMembers = { ...paging(), filter: filters[kind], sort: sortBy(['joined_group_at']) };
  const members = kind === 'list' ? '/api/lists/:id/relationships/profiles' : '/api/hookledger/segments/:id/members';

  app.post(
    members,
    {
      config: {
        repeats: 'answered',
        scope: `${kind}s:write`,
        refusalsAt: below('/data'),
        answers: { 204: nothing('The profiles are in') },
      },
      schema: {
        tags,
        operationId: `addProfilesTo${name}`,
        summary: `Add Profiles to ${name}`,
        params: idOf(kind),
        body: membersBody,
      },
    },
    async (request, reply) => {
      const ids = request.body.data.map(({ id }) => id);
      await readable(
        deps,
        await audiences.addProfiles(kind, request.params.id, ids, commandContextOf(request)),
        'profiles',
      );
      return reply.code(204).send();
    },
  );

  app.delete(
    members,
    {
      config: {
        scope: `${kind}s:write`,
        refusalsAt: below('/data'),
        answers: { 204: nothing('The profiles are out') },
      },
      schema: {
        tags,
        operationId: `removeProfilesFrom${name}`,
        summary: `Remove Profiles from ${name}`,
        params: idOf(kind),
        body: membersBody,
      },
    },
    async (request, reply) => {
      const ids = request.body.data.map(({ id }) => id);
      await readable(
        deps,
        await audiences.removeProfiles(kind, request.params.id, ids, commandContextOf(request)),
        'profiles',
      );
      return reply.code(204).send();
    },
  );

  const membersOf = async (id: string, request: MemberListRequest) => {
    found(await queries.catalog.entry(kind, id), kind, id);
    return mapPage(await queries.profiles.membersOf(id, request), memberResource);
  };

  app.get(
    `/api/${kind}s/:id/profiles`,
    {
      config: { scope: 'profiles:read', answers: { 200: collectionAnswer('profile', memberAttributes) } },
      schema: {
        tags,
        operationId: `getProfilesFor${name}`,
        summary: `Get Profiles for ${name}, those who joined last first unless asked otherwise`,
        params: idOf(kind),
        querystring: z.strictObject({ ...someMembers, 'fields[profile]': sparseFields(MEMBER_FIELDS) }),
      },
    },
    async (request, reply) =>
      sendCollection(request, reply, await membersOf(request.params.id, listRequest(request.query))),
  );

  app.get(
    `/api/${kind}s/:id/relationships/profiles`,
    {
      config: { scope: `${kind}s:read`, answers: { 200: identifiersAnswer('profile') } },
      schema: {
        tags,
        operationId: `getProfileIdsFor${name}`,
        summary: `Get Profile IDs for ${name}, those who joined last first unless asked otherwise`,
        params: idOf(kind),
        querystring: z.strictObject(someMembers),
      },
    },
    async (request, reply) =>
      sendIdentifiers(request, reply, await membersOf(request.params.id, listRequest(request.query))),
  );
}
