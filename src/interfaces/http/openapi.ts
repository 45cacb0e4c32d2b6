import swagger from '@fastify/swagger';
import apiReference from '@scalar/fastify-api-reference';
import { createJsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ApiScope } from '../../domain/account/api-key.js';
import { VERSION } from '../../version.js';
import type { HttpServer } from './http-server.js';
import { describedHeader } from './idempotency.js';
import { JSON_API } from './json-api.js';
import { withCommonParts } from './openapi-common.js';
import { OPENAPI_TAGS } from './openapi-tags.js';
import { withFeedWebhooks } from './openapi-webhooks.js';
import { allowDocsPage, NONCE_PLACE } from './safety/docs-policy.js';
import { SESSION_COOKIE_NAMES } from './session-cookie.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route answers, by status code; refusals are described once for all. */
    answers?: Readonly<Record<number, z.ZodType>>;
    /** The answers' media type; JSON:API's unless given. */
    produces?: string;
  }
}

/** /openapi.json from the routes' own schemas, and /docs to read it in a browser; nothing is loaded from elsewhere. */
export async function describeApi(app: HttpServer): Promise<void> {
  const transform = createJsonSchemaTransform({ zodToJsonConfig: { override: describedBetter } });
  const bodyOptional = new Set<string>();
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'hookledger',
        description: "Delivers the webhook actions of flows. The API speaks Klaviyo's wire format for its part of it.",
        version: VERSION,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      // Whichever it was asked at.
      servers: [{ url: '/', description: 'This server' }],
      tags: [...OPENAPI_TAGS],
      components: {
        securitySchemes: {
          'Klaviyo-API-Key': {
            type: 'apiKey',
            in: 'header',
            name: 'Authorization',
            description: '`Klaviyo-API-Key KEY`, with a key from `hookledger api-key create`',
          },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: SESSION_COOKIE_NAMES.plain,
            description: `Of a user who is logged in; behind TLS it is called \`${SESSION_COOKIE_NAMES.behindTls}\``,
          },
        },
      },
    },
    transform: (route) => {
      const { scope, session, answers, repeats, produces = JSON_API } = route.route?.config ?? {};
      if (answers === undefined) return transform(route);
      const { body, operationId } = (route.schema ?? {}) as { body?: z.ZodType; operationId?: string };
      if (operationId !== undefined && body?.safeParse(undefined).success) bodyOptional.add(operationId);
      const { schema, url } = transform({ ...route, schema: { ...route.schema, response: answers } });
      return {
        schema: {
          ...schema,
          ...(repeats === undefined ? {} : { headers: describedHeader(repeats) }),
          description: whoMay(scope, session),
          consumes: ['application/json', JSON_API],
          produces: [produces],
          security: session ? [{ session: [] }] : scope ? [{ 'Klaviyo-API-Key': [] }, { session: [] }] : [],
        },
        url,
      };
    },
    transformObject: (described) =>
      'openapiObject' in described
        ? withFeedWebhooks(withCommonParts(described.openapiObject, bodyOptional))
        : described.swaggerObject,
  });
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  allowDocsPage(app);
  await app.register(apiReference, {
    routePrefix: '/docs',
    configuration: {
      url: '/openapi.json',
      pageTitle: 'hookledger API',
      nonce: NONCE_PLACE,
      telemetry: false,
      withDefaultFonts: false,
      hideClientButton: true,
      showDeveloperTools: 'never',
      agent: { disabled: true },
      mcp: { disabled: true },
    },
  });
}

function whoMay(scope: ApiScope | undefined, session: boolean | undefined): string {
  if (session) return 'For users who are logged in';
  return scope === undefined ? 'For everyone' : `Scope: \`${scope}\``;
}

/** What zod leaves out or writes at length. */
function describedBetter({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodType;
  jsonSchema: z.core.JSONSchema.BaseSchema;
}): void {
  // zod takes the examples of what is transformed for examples of what comes of it; ours are of what is sent.
  const { examples } = z.globalRegistry.get(zodSchema) ?? {};
  if (examples !== undefined) jsonSchema.examples = examples as unknown[];
  // A union of one is that one; the routes have such for what a refusal says.
  const { oneOf } = jsonSchema;
  if (oneOf?.length !== 1) return;
  delete jsonSchema.oneOf;
  Object.assign(jsonSchema, oneOf[0]);
}
