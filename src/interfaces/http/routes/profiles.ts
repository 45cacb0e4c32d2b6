import { z } from 'zod';
import { commandContextOf } from '../command-context-of.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { checkIdOfPath, found, mapPage, sendCollection, sendResource } from '../json-api.js';
import { changedAttributes, givenAttributes } from '../profile-attributes.js';
import { equalsFilter, newestFirst, pageRequest, paging, sparseFields } from '../query-parameters.js';
import { readable } from '../readable.js';
import { below } from '../refusals.js';
import { PROFILE_FIELDS, profileAttributes, profileResource } from '../resources/profile-resource.js';
import { collectionAnswer, resourceAnswer } from '../schemas/answers.js';
import { idOf } from '../schemas/fields.js';
import { createProfileBody, importProfileBody, updateProfileBody } from '../schemas/profile-schemas.js';

const fieldsOfProfile = { 'fields[profile]': sparseFields(PROFILE_FIELDS) };
const oneProfile = resourceAnswer('profile', profileAttributes);

export function profileRoutes(app: HttpServer, deps: HttpDependencies): void {
  const { profiles, queries } = deps;
  const tags = ['Profiles'];
  const resourceOf = async (id: string) => profileResource(found(await queries.profiles.profile(id), 'profile', id));

  app.post(
    '/api/profiles',
    {
      config: {
        repeats: 'answered',
        scope: 'profiles:write',
        refusalsAt: below('/data'),
        answers: { 201: oneProfile },
      },
      schema: {
        tags,
        operationId: 'createProfile',
        summary: 'Create Profile',
        body: createProfileBody,
        querystring: z.strictObject(fieldsOfProfile),
      },
    },
    async (request, reply) => {
      const attributes = givenAttributes(request.body.data.attributes);
      const created = await profiles.create(attributes, commandContextOf(request));
      await readable(deps, created, 'profiles');
      return sendResource(request, reply.code(201), await resourceOf(created.result.profileId));
    },
  );

  app.post(
    '/api/profile-import',
    {
      config: {
        repeats: 'answered',
        scope: 'profiles:write',
        refusalsAt: below('/data'),
        answers: { 200: oneProfile, 201: oneProfile },
      },
      schema: {
        tags,
        operationId: 'createOrUpdateProfile',
        summary: 'Create or Update Profile',
        body: importProfileBody,
        querystring: z.strictObject(fieldsOfProfile),
      },
    },
    async (request, reply) => {
      const { id, attributes } = request.body.data;
      const { _kx: _, ...given } = attributes;
      const reference = id == null ? {} : { id };
      const taken = await profiles.createOrUpdate(
        { ...reference, attributes: givenAttributes(given) },
        commandContextOf(request),
      );
      await readable(deps, taken, 'profiles');
      const { profileId, created } = taken.result;
      return sendResource(request, reply.code(created ? 201 : 200), await resourceOf(profileId));
    },
  );

  app.get(
    '/api/profiles',
    {
      config: { scope: 'profiles:read', answers: { 200: collectionAnswer('profile', profileAttributes) } },
      schema: {
        tags,
        operationId: 'getProfiles',
        summary: 'Get Profiles',
        querystring: z.strictObject({
          ...paging(),
          ...fieldsOfProfile,
          filter: equalsFilter(['id', 'email', 'phone_number', 'external_id'], ['email', 'ana@example.com']),
          sort: newestFirst,
        }),
      },
    },
    async (request, reply) => {
      const page = await queries.profiles.profiles(pageRequest(request.query), request.query.filter);
      return sendCollection(request, reply, mapPage(page, profileResource));
    },
  );

  app.get(
    '/api/profiles/:id',
    {
      config: { scope: 'profiles:read', answers: { 200: oneProfile } },
      schema: {
        tags,
        operationId: 'getProfile',
        summary: 'Get Profile',
        params: idOf('profile'),
        querystring: z.strictObject(fieldsOfProfile),
      },
    },
    async (request, reply) => sendResource(request, reply, await resourceOf(request.params.id)),
  );

  app.patch(
    '/api/profiles/:id',
    {
      config: {
        scope: 'profiles:write',
        // The command's `/id` is the path's.
        refusalsAt: (pointer) => (pointer === '/id' ? undefined : below('/data')(pointer)),
        answers: { 200: oneProfile },
      },
      schema: {
        tags,
        operationId: 'updateProfile',
        summary: 'Update Profile',
        params: idOf('profile'),
        body: updateProfileBody,
        querystring: z.strictObject(fieldsOfProfile),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { data } = request.body;
      checkIdOfPath(id, data.id);
      const removed = [data.meta?.patch_properties?.unset ?? []].flat();
      await readable(
        deps,
        await profiles.update(id, changedAttributes(data.attributes), removed, commandContextOf(request)),
        'profiles',
      );
      return sendResource(request, reply, await resourceOf(id));
    },
  );
}
