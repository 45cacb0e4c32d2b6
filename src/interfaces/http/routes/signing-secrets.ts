import { z } from 'zod';
import { commandContextOf } from '../command-context-of.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { sendResource } from '../json-api.js';
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

/** The secret that an action's requests are signed with. */
export function signingSecretRoutes(app: HttpServer, deps: HttpDependencies): void {
  app.post(
    '/api/hookledger/flow-actions/:id/signing-secret',
    {
      config: {
        repeats: 'refused',
        scope: 'flows:write',
        answers: { 201: resourceAnswer('signing-secret', attributes) },
      },
      schema: {
        tags: ['Flow Actions'],
        operationId: 'rotateSigningSecret',
        summary: 'Give an action a new signing secret, shown once; the former one signs beside it for a while',
        params: idOf('flow action'),
        body: rotationBody.optional(),
      },
    },
    async (request, reply) => {
      const hours = request.body?.data.attributes.overlap_hours;
      const overlapMs = hours === undefined ? undefined : Math.round(hours * HOUR_MS);
      const rotated = await deps.flows.rotateSigningSecret(request.params.id, commandContextOf(request), overlapMs);
      await readable(deps, rotated);
      const { secret, keyId, overlapUntil } = rotated.result;
      const shown: z.infer<typeof attributes> = { secret, key_id: keyId, overlap_until: overlapUntil };
      return sendResource(request, reply.code(201), { type: 'signing-secret', id: keyId, attributes: shown });
    },
  );
}
