import { z } from 'zod';
import type { NewSigningSecret } from '../../../application/commands/signing-secrets.js';
import { commandContextOf } from '../command-context-of.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { type Resource, sendResource } from '../json-api.js';
import { readable } from '../readable.js';
import { resourceAnswer, time } from '../schemas/answers.js';
import { document, idOf, resource } from '../schemas/fields.js';
import { withExample } from '../schemas/with-example.js';

const HOUR_MS = 3_600_000;
/** A month: receivers that take longer take the old secret for good. */
const MOST_HOURS = 720;

const overlap = z
  .number()
  .min(0)
  .max(MOST_HOURS, { error: `'overlap_hours' is ${MOST_HOURS} at the most.` });
const rotationBody = withExample(
  document(resource('signing-secret', z.strictObject({ overlap_hours: overlap.optional() }))),
  { data: { type: 'signing-secret', attributes: { overlap_hours: 24 } } },
);

const attributes = z.object({ secret: z.string(), key_id: z.string(), overlap_until: time });

/** The secrets that the requests of an action, and of a subscription to the outbound feed, are signed with. */
export function signingSecretRoutes(app: HttpServer, deps: HttpDependencies): void {
  const config = {
    repeats: 'refused',
    scope: 'flows:write',
    answers: { 201: resourceAnswer('signing-secret', attributes) },
  } as const;

  app.post(
    '/api/hookledger/flow-actions/:id/signing-secret',
    {
      config,
      schema: {
        tags: ['Flow Actions'],
        operationId: 'rotateSigningSecret',
        summary: 'Give an action a new signing secret, shown once; the former one signs beside it for a while',
        params: idOf('flow action'),
        body: rotationBody.optional(),
      },
    },
    async (request, reply) => {
      const overlapMs = overlapIn(request.body);
      const rotated = await deps.flows.rotateSigningSecret(request.params.id, commandContextOf(request), overlapMs);
      await readable(deps, rotated, 'flows');
      return sendResource(request, reply.code(201), shown(rotated.result));
    },
  );

  app.post(
    '/api/hookledger/feed-subscriptions/:id/signing-secret',
    {
      config,
      schema: {
        tags: ['Outbound feed'],
        operationId: 'rotateFeedSigningSecret',
        summary: 'Give a subscription a new signing secret, shown once; the former one signs beside it for a while',
        params: idOf('feed subscription'),
        body: rotationBody.optional(),
      },
    },
    async (request, reply) => {
      const overlapMs = overlapIn(request.body);
      const rotated = await deps.feeds.rotateSigningSecret(request.params.id, commandContextOf(request), overlapMs);
      await readable(deps, rotated, 'flows');
      return sendResource(request, reply.code(201), shown(rotated.result));
    },
  );
}

function overlapIn(body: z.infer<typeof rotationBody> | undefined): number | undefined {
  const hours = body?.data.attributes.overlap_hours;
  return hours === undefined ? undefined : Math.round(hours * HOUR_MS);
}

function shown({ secret, keyId, overlapUntil }: NewSigningSecret): Resource {
  const its: z.infer<typeof attributes> = { secret, key_id: keyId, overlap_until: overlapUntil };
  return { type: 'signing-secret', id: keyId, attributes: its };
}
