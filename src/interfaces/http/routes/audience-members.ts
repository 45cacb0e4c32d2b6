import { z } from 'zod';
import type { AudienceKind } from '../../../domain/audience/audience.js';
import type { PageRequest } from '../../../projections/page.js';
import { commandContextOf } from '../command-context-of.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { found, mapPage, sendCollection, sendIdentifiers } from '../json-api.js';
import { pageRequest, paging, sparseFields } from '../query-parameters.js';
import { readable } from '../readable.js';
import { below } from '../refusals.js';
import { PROFILE_FIELDS, profileAttributes, profileResource } from '../resources/profile-resource.js';
import { collectionAnswer, identifiersAnswer, nothing } from '../schemas/answers.js';
import { idOf } from '../schemas/fields.js';
import { membersBody } from '../schemas/profile-schemas.js';

/**
 * Who is in a list or segment. Klaviyo's API adds members to lists alone, since its segments fill themselves; those of
 * hookledger that have no definition are filled under its own path.
 */
export function audienceMemberRoutes(app: HttpServer, deps: HttpDependencies, kind: AudienceKind): void {
  const { audiences, queries } = deps;
  const name = kind === 'list' ? 'List' : 'Segment';
  const tags = [`${name}s`];
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

  const membersOf = async (id: string, page: PageRequest) => {
    found(await queries.catalog.entry(kind, id), kind, id);
    return mapPage(await queries.profiles.membersOf(id, page), profileResource);
  };

  app.get(
    `/api/${kind}s/:id/profiles`,
    {
      config: { scope: 'profiles:read', answers: { 200: collectionAnswer('profile', profileAttributes) } },
      schema: {
        tags,
        operationId: `getProfilesFor${name}`,
        summary: `Get Profiles for ${name}, those who joined last first`,
        params: idOf(kind),
        querystring: z.strictObject({ ...paging(), 'fields[profile]': sparseFields(PROFILE_FIELDS) }),
      },
    },
    async (request, reply) =>
      sendCollection(request, reply, await membersOf(request.params.id, pageRequest(request.query))),
  );

  app.get(
    `/api/${kind}s/:id/relationships/profiles`,
    {
      config: { scope: `${kind}s:read`, answers: { 200: identifiersAnswer('profile') } },
      schema: {
        tags,
        operationId: `getProfileIdsFor${name}`,
        summary: `Get Profile IDs for ${name}, those who joined last first`,
        params: idOf(kind),
        querystring: z.strictObject(paging()),
      },
    },
    async (request, reply) =>
      sendIdentifiers(request, reply, await membersOf(request.params.id, pageRequest(request.query))),
  );
}
