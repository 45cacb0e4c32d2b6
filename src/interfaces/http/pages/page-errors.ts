import type { FastifyError, FastifyRequest } from 'fastify';
import type { Clock } from '../../../application/ports/clock.js';
import type { Ids } from '../../../application/ports/ids.js';
import { INTERNAL, knownError } from '../error-handling.js';
import type { HttpServer } from '../http-server.js';
import { sendPage } from './render.js';

/** Answers refusals and failures of pages as pages. */
export function handlePageErrors(app: HttpServer, ids: Ids, clock: Clock): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const message = ofForms(error.statusCode, request.routeOptions.bodyLimit);
    if (message !== undefined) {
      return sendPage(reply.code(error.statusCode as number), 'failure', { title: NOT_DONE, message });
    }
    const known = knownError(error, request, clock);
    if (known !== undefined) {
      reply.code(known.status).headers(known.headers);
      return sendPage(reply, 'failure', { title: NOT_DONE, message: known.message });
    }
    const errorId = ids.next();
    request.log.error({ error, errorId, requestId: request.id }, 'a page failed');
    return sendPage(reply.code(500), 'failure', { title: NOT_DONE, message: `${INTERNAL.detail} Id: ${errorId}` });
  });
}

/**
 * Answers addresses at which there is nothing with a page, where a browser asks for one; programs get the API's refusal. To be
 * called before that one is set up, for the whole server: what isn't known belongs to no plug-in.
 */
export function handleUnknownPages(app: HttpServer): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404 || !asksForPage(request)) return;
    const message = 'There is nothing at this address; it may have been mistyped, or what was there is gone.';
    return sendPage(reply.code(404), 'failure', { title: 'Not found', message });
  });
}

const asksForPage = ({ method, url, headers: { accept = '' } }: FastifyRequest): boolean =>
  method === 'GET' && accept.includes('text/html') && !/^\/(?:api|client)\//.test(url);

const NOT_DONE = 'That did not work';

function ofForms(statusCode: number | undefined, mostBytes = 0): string | undefined {
  switch (statusCode) {
    case 413:
      return `The form is larger than ${mostBytes / 1024} KB; shorten what it holds.`;
    case 415:
      return 'A page takes what its form sends (application/x-www-form-urlencoded) and nothing else; programs use the API.';
    default:
      return undefined;
  }
}
