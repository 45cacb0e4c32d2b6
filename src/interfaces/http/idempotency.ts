import { hash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { RequestIdentity } from '../../application/command-context.js';
import type { Vault } from '../../application/ports/vault.js';
import { requestIdOf } from '../../domain/request/request.js';
import { ApiError } from './api-error.js';
import type { HttpServer } from './http-server.js';

/**
 * What becomes of a POST that is sent again, which its caller does when no answer came:
 * - `answered`: under the same Idempotency-Key it is done once, and answered as the first time;
 * - `refused`: under the same Idempotency-Key it is done once; the answer held something that is shown once and isn't kept
 *   in any form that could be answered again, so that a repetition is 409;
 * - `by-nature`: it does nothing twice by itself (a code or link that works once, the last one counts);
 * - `harmless`: it changes nothing.
 */
export type Repeats = 'answered' | 'refused' | 'by-nature' | 'harmless';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What becomes of the same request sent again; every POST of the API says so. */
    repeats?: Repeats;
  }
  interface FastifyRequest {
    /** Of the body's bytes as they came; undefined where there are none. */
    bodySha256: string | undefined;
    /** Where the request is to be carried out once, however often it is sent. */
    identity: RequestIdentity | undefined;
  }
}

export const IDEMPOTENCY_KEY = 'Idempotency-Key';

/** Visible ASCII. Quotes, which the draft's form of the header has around the key, are part of it here. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * Takes the header Idempotency-Key (IETF draft-ietf-httpapi-idempotency-key-header) on every POST that would do something
 * twice. A key counts for good: what was recorded under it is never deleted. To be called before the first route is added.
 */
export function honourIdempotencyKeys(app: HttpServer, vault: Vault): void {
  app.decorateRequest('bodySha256', undefined);
  app.decorateRequest('identity', undefined);
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.answers === undefined || method !== 'POST' || config.repeats !== undefined) return;
    throw new Error(`POST ${url} has to say in its configuration what becomes of the same request sent again.`);
  });
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.repeats !== undefined) keyOf(request);
  });
  // The body has come by now.
  app.addHook('preHandler', async (request) => {
    request.identity = identityOf(request, vault);
  });
}

function identityOf(request: FastifyRequest, vault: Vault): RequestIdentity | undefined {
  const { repeats } = request.routeOptions.config;
  if (repeats !== 'answered' && repeats !== 'refused') return undefined;
  const [key, actor] = [keyOf(request), request.authorised?.actor];
  if (key === undefined || actor === undefined) return undefined;
  return {
    id: requestIdOf(`${actor.kind} ${actor.id}`, key),
    // Keyed, since a body with somebody's address could be found by trying addresses, also after they were forgotten.
    fingerprint: vault.keyedHash('request', request.method, request.url, request.bodySha256 ?? ''),
    shownOnce: repeats === 'refused',
  };
}

/** @throws ApiError invalid */
function keyOf({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && KEY.test(key)) return key;
  const detail = `The ${IDEMPOTENCY_KEY} has to be 1 to 255 visible ASCII characters, such as a UUID, and to be given once.`;
  throw new ApiError('invalid', { detail, source: { header: IDEMPOTENCY_KEY } });
}

export const sha256Of = (body: string): string => hash('sha256', body, 'hex');

const IN_WORDS: Readonly<Record<Repeats, string>> = {
  answered: 'The same request under the same key is carried out once, and answered as the first time.',
  refused:
    'The same request under the same key is carried out once; again, it is 409 `idempotency_key_used`, since the answer is shown once.',
  'by-nature': 'Nothing is done twice, with or without a key.',
  harmless: 'Nothing is changed, with or without a key.',
};

/** The header as the API's description shows it. */
export const describedHeader = (repeats: Repeats): object => ({
  type: 'object',
  properties: {
    [IDEMPOTENCY_KEY]: {
      type: 'string',
      minLength: 1,
      maxLength: 255,
      description: IN_WORDS[repeats],
      examples: ['{new_uuid}'],
    },
  },
});
