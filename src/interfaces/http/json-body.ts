import type { FastifyInstance } from 'fastify';
import { findJsonFault } from '../../infrastructure/templating/json-syntax.js';
import { ApiError } from './api-error.js';
import { sha256Of } from './idempotency.js';
import { refuseNulIn } from './nul-characters.js';

/** Klaviyo's bound on a request. */
export const MAX_BODY_BYTES = 5 * 1024 * 1024;

/** Reads JSON bodies, under both of their content types, and no others. */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ['application/json', 'application/vnd.api+json'],
    { parseAs: 'string', bodyLimit: MAX_BODY_BYTES },
    (request, body, done) => {
      // An empty body is none: `DELETE` with a content type, for one.
      if (body === '') return done(null, undefined);
      if (request.headers['idempotency-key'] !== undefined) request.bodySha256 = sha256Of(body as string);
      try {
        done(null, parsed(body as string));
      } catch (error) {
        done(error as Error, undefined);
      }
    },
  );
}

/** @throws ApiError parse_error, invalid */
function parsed(body: string): unknown {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    throw malformed(body);
  }
  refuseNulIn(document, body);
  return document;
}

function malformed(body: string): ApiError {
  const fault = findJsonFault(body);
  const place = fault === undefined ? '' : `; it breaks off at line ${fault.line}, column ${fault.column}`;
  return new ApiError('parse_error', { detail: `The body is not valid JSON${place}.`, source: { pointer: '' } });
}
