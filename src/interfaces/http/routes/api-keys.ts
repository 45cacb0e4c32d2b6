import { z } from 'zod';
import { API_SCOPES } from '../../../domain/account/api-key.js';
import { mayIssueKeys } from '../../../domain/account/role.js';
import { ApiError } from '../api-error.js';
import { sessionOf } from '../authentication.js';
import { commandContextOf } from '../command-context-of.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { found, mapPage, sendCollection, sendResource } from '../json-api.js';
import { newestFirst, pageRequest, paging, sparseFields } from '../query-parameters.js';
import { readable } from '../readable.js';
import type { PlaceInDocument } from '../refusals.js';
import { API_KEY_FIELDS, apiKeyAttributes, apiKeyResource } from '../resources/api-key-resource.js';
import { collectionAnswer, nothing, resourceAnswer } from '../schemas/answers.js';
import { document, idOf, nameField, resource } from '../schemas/fields.js';
import { withExample } from '../schemas/with-example.js';

const apiKeyBody = withExample(
  document(
    resource(
      'api-key',
      z.strictObject({
        name: nameField(),
        scopes: z.array(z.enum(API_SCOPES)).min(1),
        expires_at: z.iso
          .datetime({ offset: true, error: "'expires_at' has to be a time such as 2026-01-31T09:30:00Z." })
          .transform((text) => new Date(text).toISOString())
          .nullish(),
      }),
    ),
  ),
  {
    data: {
      type: 'api-key',
      attributes: { name: 'Checkout service', scopes: ['events:write'], expires_at: '2100-01-01T00:00:00Z' },
    },
  },
);

const fieldsOfKey = { 'fields[api-key]': sparseFields(API_KEY_FIELDS) };
const issuedAttributes = apiKeyAttributes.extend({ key: z.string().describe('The key itself, shown once') });

const inDocument: PlaceInDocument = (pointer) => {
  if (pointer === '') return undefined;
  return `/data/attributes${pointer === '/expiresAt' ? '/expires_at' : pointer}`;
};

/** The keys of programs. Only users manage them: a key that could issue others would outlive its own revocation. */
export function apiKeyRoutes(app: HttpServer, deps: HttpDependencies): void {
  const { apiKeys, clock, queries } = deps;
  const tags = ['API keys'];
  const now = () => new Date(clock.now()).toISOString();

  app.get(
    '/api/hookledger/api-keys',
    {
      config: { session: true, answers: { 200: collectionAnswer('api-key', apiKeyAttributes) } },
      schema: {
        tags,
        operationId: 'getApiKeys',
        summary: 'All API keys, newest first',
        querystring: z.strictObject({ ...paging(), ...fieldsOfKey, sort: newestFirst }),
      },
    },
    async (request, reply) => {
      if (!mayIssueKeys(sessionOf(request).role)) {
        const detail = 'Seeing API keys takes the role manager, admin or owner.';
        throw new ApiError('permission_denied', { detail });
      }
      const page = await queries.access.apiKeys(pageRequest(request.query), now());
      return sendCollection(request, reply, mapPage(page, apiKeyResource));
    },
  );

  app.post(
    '/api/hookledger/api-keys',
    {
      config: {
        repeats: 'refused',
        session: true,
        refusalsAt: inDocument,
        answers: { 201: resourceAnswer('api-key', issuedAttributes) },
      },
      schema: {
        tags,
        operationId: 'issueApiKey',
        summary: "Issue an API key in one's own name; it is shown once",
        body: apiKeyBody,
      },
    },
    async (request, reply) => {
      const { name, scopes, expires_at } = request.body.data.attributes;
      const given = { name, scopes, ...(expires_at == null ? {} : { expiresAt: expires_at }) };
      const issued = await apiKeys.issue(given, commandContextOf(request));
      await readable(deps, issued, 'access');
      const { keyId, key } = issued.result;
      const { attributes, ...shown } = apiKeyResource(
        found(await queries.access.apiKey(keyId, now()), 'API key', keyId),
      );
      return sendResource(request, reply.code(201), { ...shown, attributes: { ...attributes, key } });
    },
  );

  app.delete(
    '/api/hookledger/api-keys/:id',
    {
      config: { session: true, answers: { 204: nothing('The key works no more') } },
      schema: {
        tags,
        operationId: 'revokeApiKey',
        summary: "Revoke an API key: one's own, or as an owner or admin any",
        params: idOf('API key'),
      },
    },
    async (request, reply) => {
      await readable(deps, await apiKeys.revoke(request.params.id, commandContextOf(request)), 'access');
      return reply.code(204).send();
    },
  );
}
