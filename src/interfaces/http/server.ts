import Fastify, { type FastifyInstance } from 'fastify';
import { authenticate } from './authentication.js';
import { handleErrors } from './error-handling.js';
import type { HttpDependencies } from './http-dependencies.js';
import type { HttpServer } from './http-server.js';
import { readJsonBodies } from './json-body.js';
import { refuseOtherMethods } from './method-not-allowed.js';
import { describeApi } from './openapi.js';
import { eventRoutes } from './routes/events.js';
import { operationRoutes } from './routes/operations.js';
import { validatorCompiler } from './validation.js';

/**
 * The HTTP API: Klaviyo's wire format under /api, what Klaviyo has no word for under /api/hookledger, and for operators
 * /healthz, /readyz, /metrics, /openapi.json and /docs. The caller listens and closes.
 */
export async function buildServer(deps: HttpDependencies): Promise<FastifyInstance> {
  const app: HttpServer = Fastify({
    loggerInstance: deps.logger,
    // Two lines a request would be most of the log, and of the work of a small one; failures are logged by themselves.
    disableRequestLogging: true,
    genReqId: () => deps.ids.next(),
    routerOptions: { maxParamLength: 200 },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.decorateRequest('authorised', undefined);
  app.addHook('onRequest', authenticate(deps.apiKeys));
  readJsonBodies(app);
  handleErrors(app, deps.ids);
  const allRoutesKnown = refuseOtherMethods(app);
  await describeApi(app);
  operationRoutes(app, deps);
  eventRoutes(app, deps);
  allRoutesKnown();
  return app;
}
