import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from './api-error.js';
import { takesCredentials } from './authentication.js';
import { quoted } from './validation.js';

const DATE = /^\d{4}-\d{2}-\d{2}(?:\.pre)?$/;

/**
 * Klaviyo's `revision` names the version of its API that a client was written for. hookledger speaks one, so that any
 * revision is taken, and none; what isn't one at all shows a mistake in the client.
 */
export async function checkRevision(request: FastifyRequest, _reply: FastifyReply): Promise<void> {
  const { revision } = request.headers;
  if (!takesCredentials(request.routeOptions.config) || revision === undefined) return;
  if (typeof revision === 'string' && DATE.test(revision) && isDate(revision.slice(0, 10))) return;
  throw new ApiError('invalid', {
    detail: `The revision ${quoted(revision)} is not a date such as 2026-07-15; send one, or leave the header out.`,
    source: { header: 'revision' },
  });
}

/** The parser takes 2026-02-31 for a day in March. */
function isDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
