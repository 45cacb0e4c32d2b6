import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../application/ports/clock.js';
import { ApiError } from './api-error.js';
import { takesCredentials } from './authentication.js';
import { quoted } from './validation.js';

/** The revision of Klaviyo's API whose wire format is spoken here. */
export const SPOKEN_REVISION = '2026-07-15';

/** Klaviyo's first revision of this API; what came before was another one. */
const FIRST_REVISION = '2022-10-17';

const REVISION = /^(\d{4}-\d{2}-\d{2})(?:\.pre)?$/;
const DAY = 86_400_000;

/**
 * Klaviyo's `revision` names the version of its API that a client was written for. hookledger speaks one: every answer says
 * which, clients of other revisions that there can be are answered in it, and so is who sends none, such as a person with
 * curl. What no client can have been written for is refused, since it shows a mistake.
 */
export const checkRevision =
  (clock: Clock) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (!takesCredentials(request.routeOptions.config)) return;
    reply.header('revision', SPOKEN_REVISION);
    const { revision } = request.headers;
    if (revision === undefined) return;
    const day = REVISION.exec(String(revision))?.[1];
    if (day === undefined || !isDate(day)) throw unknown(`The revision ${quoted(revision)} is not a date`);
    if (day < FIRST_REVISION) {
      throw unknown(`There was no revision ${quoted(revision)}, since Klaviyo's first is ${FIRST_REVISION}`);
    }
    // It may be tomorrow already where the client is.
    const tomorrow = new Date(clock.now() + DAY).toISOString().slice(0, 10);
    if (day > tomorrow && day > SPOKEN_REVISION) throw unknown(`There is no revision ${quoted(revision)} yet`);
  };

const unknown = (what: string): ApiError =>
  new ApiError('invalid', {
    detail: `${what}; send ${SPOKEN_REVISION}, which is the one spoken here, or leave the header out.`,
    source: { header: 'revision' },
  });

/** The parser takes 2026-02-31 for a day in March. */
function isDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
