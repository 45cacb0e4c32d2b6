import swagger from '@fastify/swagger';
import apiReference from '@scalar/fastify-api-reference';
import { createJsonSchemaTransform } from 'fastify-type-provider-zod';
import type { HttpServer } from './http-server.js';

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
        },
      },
    },
    transform: (route) => {
      const { schema, url } = transform(route);
      const scope = route.route?.config?.scope;
      if (scope === undefined) return { schema, url };
      return { schema: { ...schema, description: `Scope: \`${scope}\``, security: [{ 'Klaviyo-API-Key': [] }] }, url };
    },
  });
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  await app.register(apiReference, {
    routePrefix: '/docs',
    configuration: { url: '/openapi.json', pageTitle: 'hookledger API', telemetry: false, withDefaultFonts: false },
  });
}
