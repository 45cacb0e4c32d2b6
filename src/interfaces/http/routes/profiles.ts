import { z } from 'zod';
import { requireScope } from '../authentication.js';
import { commandContextOf } from '../command-context-of.js';
import { filterBy, textField, timeField } from '../filter-parameter.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import {
  checkIdOfPath,
  found,
  mapPage,
  type Relationship,
  type Resource,
  sendCollection,
  sendResource,
} from '../json-api.js';
import { changedAttributes, givenAttributes } from '../profile-attributes.js';
import { listRequest, paging, someOf, sortBy, sparseFields } from '../query-parameters.js';
import { readable } from '../readable.js';
import { below } from '../refusals.js';
import { CATALOG_FIELDS, catalogResource } from '../resources/catalog-resource.js';
import { NO_EXCHANGE_ID, PROFILE_FIELDS, profileAttributes, profileResource } from '../resources/profile-resource.js';
import { collectionAnswer, resourceAnswer } from '../schemas/answers.js';
import { idOf } from '../schemas/fields.js';
import { createProfileBody, importProfileBody, updateProfileBody } from '../schemas/profile-schemas.js';

/** Included lists of one profile, at the most, and segments. */
const MOST_INCLUDED = 100;

const fieldsOfProfile = { 'fields[profile]': sparseFields(PROFILE_FIELDS) };
const NO_SUBSCRIPTIONS = 'subscriptions are not kept here';
const SUPPRESSIONS = ['subscriptions.email.marketing.suppression', 'subscriptions.email.marketing.list_suppressions'];
const unknownOf = (...names: readonly string[]) =>
  Object.fromEntries(SUPPRESSIONS.flatMap((path) => names.map((name) => [`${path}.${name}`, NO_SUBSCRIPTIONS])));

const profileFilter = filterBy(
  {
    id: textField('any', 'equals'),
    email: textField('any', 'equals'),
    phone_number: textField('any', 'equals'),
    external_id: textField('any', 'equals'),
    created: timeField('greater-than', 'less-than'),
    updated: timeField('greater-than', 'less-than'),
  },
  'equals(email,"ana@example.com")',
  { ...unknownOf('reason', 'timestamp', 'list_id'), _kx: NO_EXCHANGE_ID },
);
const NO_ORDER = {
  ...unknownOf('timestamp'),
  email: 'e-mail addresses are sealed, each under its own key, so that no database can sort by them',
};
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
          filter: profileFilter,
          sort: sortBy(['created', 'updated', 'id'], { without: NO_ORDER }),
        }),
      },
    },
    async (request, reply) => {
      const page = await queries.profiles.profiles(listRequest(request.query));
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
        querystring: z.strictObject({
          ...fieldsOfProfile,
          'fields[list]': sparseFields(CATALOG_FIELDS.list),
          'fields[segment]': sparseFields(CATALOG_FIELDS.segment),
          include: someOf(['lists', 'segments']),
        }),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const resource = await resourceOf(id);
      const { include } = request.query;
      if (include === undefined) return sendResource(request, reply, resource);
      const included: Resource[] = [];
      const relationships: Record<string, Relationship> = {};
      for (const name of new Set(include)) {
        requireScope(request, `${name}:read`);
        const kind = name === 'lists' ? 'list' : 'segment';
        const audiences = (await queries.catalog.audiencesOf(kind, id, MOST_INCLUDED)).map((one) =>
          catalogResource(one),
        );
        included.push(...audiences);
        relationships[name] = { data: audiences.map(({ type, id }) => ({ type, id })) };
      }
      return sendResource(request, reply, { ...resource, relationships }, included);
    },
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
