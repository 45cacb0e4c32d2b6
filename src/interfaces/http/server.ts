import Fastify, { LogController } from 'fastify';
import { type AddressLimit, limitAddresses } from './address-limit.js';
import { authenticate } from './authentication.js';
import { answerUnreadable, handleErrors } from './error-handling.js';
import { limitFailures } from './failed-authentications.js';
import type { HttpDependencies } from './http-dependencies.js';
import type { HttpServer } from './http-server.js';
import { honourIdempotencyKeys } from './idempotency.js';
import { readJsonBodies } from './json-body.js';
import { refuseOtherMethods } from './method-not-allowed.js';
import { describeApi } from './openapi.js';
import { handleUnknownPages } from './pages/page-errors.js';
import { pages } from './pages/pages.js';
import { limitRate } from './rate-limit.js';
import { rememberPaths } from './remember-paths.js';
import { checkRevision } from './revision-header.js';
import { analyticsRoutes } from './routes/analytics.js';
import { apiKeyRoutes } from './routes/api-keys.js';
import { catalogItemRoutes } from './routes/catalog-items.js';
import { catalogVariantRoutes } from './routes/catalog-variants.js';
import { deliveryRoutes } from './routes/deliveries.js';
import { eventRoutes } from './routes/events.js';
import { feedSubscriptionRoutes } from './routes/feed-subscriptions.js';
import { flowActionRoutes } from './routes/flow-actions.js';
import { flowRoutes } from './routes/flows.js';
import { invitationRoutes } from './routes/invitations.js';
import { listRoutes } from './routes/lists.js';
import { memberRoutes } from './routes/members.js';
import { metricRoutes } from './routes/metrics.js';
import { operationRoutes } from './routes/operations.js';
import { passwordRoutes } from './routes/passwords.js';
import { profileDeletionRoutes } from './routes/profile-deletions.js';
import { profileRoutes } from './routes/profiles.js';
import { segmentRoutes } from './routes/segments.js';
import { sessionRoutes } from './routes/sessions.js';
import { signingSecretRoutes } from './routes/signing-secrets.js';
import { streamRoutes } from './routes/streams.js';
import { templatePreviewRoutes } from './routes/template-previews.js';
import { twoStepRoutes } from './routes/two-step.js';
import { refuseCrossOrigin } from './safety/cross-origin.js';
import { MAX_HEADER_BYTES } from './safety/limits.js';
import { refuseOddRequests } from './safety/odd-requests.js';
import { setSecurityHeaders } from './safety/security-headers.js';
import { answerExpectations, answerUnparsable } from './safety/unreadable-requests.js';
import { refuseUnknownParameters } from './unknown-parameters.js';
import { validatorCompiler } from './validation.js';

/**
 * The HTTP API: Klaviyo's wire format under /api, what Klaviyo has no word for under /api/hookledger, and for operators
 * /healthz, /readyz, /metrics, /openapi.json and /docs. The caller listens and closes.
 */
export async function buildServer(deps: HttpDependencies): Promise<HttpServer> {
  const { limits } = deps;
  const app: HttpServer = Fastify({
    loggerInstance: deps.logger,
    // Two lines a request would be most of the log, and of the work of a small one; failures are logged by themselves.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => deps.ids.next(),
    frameworkErrors: answerUnreadable(deps.ids),
    clientErrorHandler: answerUnparsable(deps.ids),
    routerOptions: { maxParamLength: 200 },
    trustProxy: deps.trustedProxies.length === 0 ? false : [...deps.trustedProxies],
    requestTimeout: limits.requestTimeout,
    connectionTimeout: limits.idleTimeout,
    keepAliveTimeout: limits.keepAliveTimeout,
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: limits.headersTimeout,
      requestTimeout: limits.requestTimeout,
      connectionsCheckingInterval: limits.checkingInterval,
      // odd-requests.ts refuses what has no Host, with our headers.
      requireHostHeader: false,
    },
  });
  answerExpectations(app, deps.ids);
  rememberPaths(app);
  app.setValidatorCompiler(validatorCompiler);
  app.decorateRequest('authorised', undefined);
  app.addHook('onRequest', setSecurityHeaders);
  app.addHook('onRequest', refuseOddRequests);
  app.addHook('onRequest', refuseCrossOrigin);
  app.addHook('onRequest', limitFailures(authenticate(deps.apiKeys, deps.logIn), deps.clock));
  app.addHook('onRequest', limitRate(deps.rateLimit, deps.clock));
  app.addHook('onRequest', checkRevision(deps.clock));
  honourIdempotencyKeys(app, deps.vault);
  readJsonBodies(app);
  if (deps.roles.has('api')) handleUnknownPages(app);
  handleErrors(app, deps.ids, deps.clock);
  refuseUnknownParameters(app);
  const allRoutesKnown = refuseOtherMethods(app);
  await describeApi(app);
  operationRoutes(app, deps);
  if (deps.roles.has('api')) {
    const checkAddress = limitAddresses(deps.clock);
    apiRoutes(app, deps, checkAddress);
    await app.register(pages, { ...deps, checkAddress });
  }
  allRoutesKnown();
  return app;
}

function apiRoutes(app: HttpServer, deps: HttpDependencies, checkAddress: AddressLimit): void {
  flowRoutes(app, deps);
  flowActionRoutes(app, deps);
  eventRoutes(app, deps);
  metricRoutes(app, deps);
  profileRoutes(app, deps);
  profileDeletionRoutes(app, deps);
  listRoutes(app, deps);
  segmentRoutes(app, deps);
  catalogItemRoutes(app, deps);
  catalogVariantRoutes(app, deps);
  deliveryRoutes(app, deps);
  streamRoutes(app, deps);
  analyticsRoutes(app, deps);
  templatePreviewRoutes(app, deps);
  feedSubscriptionRoutes(app, deps);
  signingSecretRoutes(app, deps);
  sessionRoutes(app, deps, checkAddress);
  twoStepRoutes(app, deps);
  memberRoutes(app, deps);
  invitationRoutes(app, deps, checkAddress);
  passwordRoutes(app, deps, checkAddress);
  apiKeyRoutes(app, deps);
}
