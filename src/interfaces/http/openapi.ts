import swagger from '@fastify/swagger';
import apiReference from '@scalar/fastify-api-reference';
import { createJsonSchemaTransform } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import type { ApiScope } from '../../domain/account/api-key.js';
import type { HttpServer } from './http-server.js';
import { JSON_API } from './json-api.js';
import { allowDocsPage, NONCE_PLACE } from './safety/docs-policy.js';
import { errorsAnswer } from './schemas/answers.js';
import { SESSION_COOKIE_NAMES } from './session-cookie.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route answers, by status code; refusals are described once for all. */
    answers?: Readonly<Record<number, z.ZodType>>;
  }
}

/** /openapi.json from the routes' own schemas, and /docs to read it in a browser; nothing is loaded from elsewhere. */
export async function describeApi(app: HttpServer): Promise<void> {
  const transform = createJsonSchemaTransform({});
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'hookledger',
        description: "Delivers the webhook actions of flows. The API speaks Klaviyo's wire format for its part of it.",
        version: '0.1.0',
      },
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
      const { scope, session, answers } = route.route?.config ?? {};
      if (answers === undefined) return transform(route);
      const response = { ...answers, '4XX': errorsAnswer };
      const { schema, url } = transform({ ...route, schema: { ...route.schema, response } });
      return {
        schema: {
          ...schema,
          description: whoMay(scope, session),
          consumes: ['application/json', JSON_API],
          produces: [JSON_API],
          security: session ? [{ session: [] }] : scope ? [{ 'Klaviyo-API-Key': [] }, { session: [] }] : [],
        },
        url,
      };
    },
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
