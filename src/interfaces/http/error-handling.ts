import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../application/ports/clock.js';
import { ConcurrencyConflict } from '../../application/ports/event-store.js';
import type { Ids } from '../../application/ports/ids.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import { InvalidCursor } from '../../projections/page.js';
import { accessRefusal } from './access-refusals.js';
import { ApiError } from './api-error.js';
import { sendDocument } from './json-api.js';
import { MAX_BODY_BYTES } from './json-body.js';
import { pageOfRequest } from './page-of-request.js';
import { toApiError } from './refusals.js';
import { securityHeadersFor } from './safety/security-headers.js';

/** Answers every refusal and every failure in one shape. */
export function handleErrors(app: FastifyInstance, ids: Ids, clock: Clock): void {
  const answer = (error: ApiError, reply: FastifyReply) => sendRefusal(error, reply, ids);

  app.setErrorHandler((error: FastifyError, request, reply) => {
    const known = knownError(error, request, clock);
    if (known !== undefined) return answer(known, reply);
    const document = { errors: new ApiError('error', INTERNAL).toObjects(() => ids.next()) };
    request.log.error({ error, errorId: document.errors[0]?.id, requestId: request.id }, 'a request failed');
    return sendDocument(reply.code(500), document);
  });
  // Before the body is read: whatever it holds, the address is what is wrong.
  app.addHook('onRequest', async (request) => {
    if (request.is404) throw nothingAt(request);
  });
  app.setNotFoundHandler((request, reply) => answer(nothingAt(request), reply));
}

/** Klaviyo's API has many calls that hookledger doesn't; its own client's are under /api and /client. */
function nothingAt(request: FastifyRequest): ApiError {
  const path = pathOf(request);
  const hint = /^\/(?:api|client)\//.test(path)
    ? ': hookledger does not have this call; /docs and /openapi.json list those that it has.'
    : '.';
  return new ApiError('not_found', { detail: `There is nothing at ${request.method} ${path}${hint}` });
}

/** Answers what is refused before there is a route, such as an address that can't be decoded; no hook or handler sees it. */
export const answerUnreadable =
  (ids: Ids) =>
  (_error: FastifyError, request: unknown, reply: unknown): void => {
    const headers = securityHeadersFor(request as FastifyRequest);
    sendRefusal(new ApiError('invalid', UNREADABLE), (reply as FastifyReply).headers(headers), ids);
  };

const sendRefusal = (error: ApiError, reply: FastifyReply, ids: Ids): FastifyReply =>
  sendDocument(reply.code(error.status).headers(error.headers), {
    errors: error.toObjects(() => ids.next()),
    ...(error.meta === undefined ? {} : { meta: error.meta }),
  });

const UNREADABLE = { detail: "The request is not valid HTTP: its address or its length can't be read." };

export const INTERNAL = { detail: "Something went wrong inside; the server's log tells what under this error's id." };

/** The refusal that an error stands for; undefined where nobody foresaw it. */
export function knownError(error: FastifyError, request: FastifyRequest, clock: Clock): ApiError | undefined {
  if (error instanceof ApiError) return error;
  if (error instanceof RuleViolation) {
    const access = accessRefusal(error, pageOfRequest(request), clock.now());
    return access ?? toApiError(error, request.routeOptions.config.refusalsAt);
  }
  if (error instanceof InvalidCursor) {
    return new ApiError('invalid', { detail: error.message, source: { parameter: 'page[cursor]' } });
  }
  if (error instanceof ConcurrencyConflict) {
    return new ApiError('conflict', {
      detail: 'Others changed the same thing at the same time; send the request again.',
    });
  }
  if (STORES_AWAY.has(error.name)) {
    request.log.error({ error, requestId: request.id }, 'a store is away');
    const detail = 'A store that this server works on is away; nothing is lost: send the request again in a moment.';
    return new ApiError('unavailable', { detail }, { 'retry-after': RETRY_AFTER_SECONDS });
  }
  switch (error.statusCode) {
    case 413: {
      const detail = `The body is larger than ${MAX_BODY_BYTES / 1024 / 1024} MB; send it in parts.`;
      return new ApiError('payload_too_large', { detail, source: { pointer: '' } });
    }
    case 415: {
      const detail =
        'The body has to be application/json or application/vnd.api+json, and its Content-Type has to say so.';
      return new ApiError('unsupported_media_type', { detail, source: { header: 'Content-Type' } });
    }
    case 404:
      return nothingAt(request);
    case 400:
    case 414:
      return new ApiError('invalid', UNREADABLE);
    default:
      return undefined;
  }
}

const STORES_AWAY: ReadonlySet<string> = new Set(['EventStoreUnusable', 'ReadModelsUnusable']);
const RETRY_AFTER_SECONDS = '5';

const pathOf = ({ url }: FastifyRequest): string => url.split('?', 1)[0]?.slice(0, 200) ?? '';
