import type { FastifyRequest } from 'fastify';
import { isSitePath } from './site-path.js';

const HEADER = 'x-hookledger-page';

/**
 * The path of the page that a request was made for, to come back to; that of the first page where the request says nothing
 * that can be one.
 */
export function pageOfRequest({ headers }: FastifyRequest): string {
  const page = headers[HEADER];
  return isSitePath(page) ? page : '/';
}
