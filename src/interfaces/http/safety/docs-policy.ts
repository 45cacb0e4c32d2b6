import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpServer } from '../http-server.js';
import { contentSecurityPolicy } from './security-headers.js';

/** The page's maker takes one nonce for all answers; each answer gets its own in this one's place. */
export const NONCE_PLACE = 'the-nonce-of-this-answer';

/**
 * Lets the page /docs run its own inline script, by a nonce that nobody can guess, and no other. Whatever that script would
 * like to load from its maker's servers, the browser doesn't. Styles are the one exception of this server, for this page
 * alone: its maker's components write style attributes, for which there are no nonces, and style sheets without the nonce
 * that they are given (@scalar/api-reference 1.76, seen in a browser). To be called before the page's route is added.
 */
export function allowDocsPage(app: HttpServer): void {
  app.addHook('onRoute', (route) => {
    if (route.url === '/docs/') route.onSend = withNonce;
  });
}

async function withNonce(_request: FastifyRequest, reply: FastifyReply, page: unknown): Promise<unknown> {
  if (typeof page !== 'string') return page;
  const nonce = randomBytes(16).toString('base64');
  const policy = contentSecurityPolicy({
    'script-src': `'self' 'nonce-${nonce}'`,
    'style-src': "'self' 'unsafe-inline'",
  });
  reply.header('content-security-policy', policy);
  return page.replaceAll(NONCE_PLACE, nonce);
}
