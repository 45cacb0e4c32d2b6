import { commandContextOf } from '../command-context-of.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { givenAttributes } from '../profile-attributes.js';
import { readable } from '../readable.js';
import { below } from '../refusals.js';
import { nothing } from '../schemas/answers.js';
import { deleteProfileBody } from '../schemas/profile-schemas.js';

/** Forgetting a profile, by Klaviyo's call. */
export function profileDeletionRoutes(app: HttpServer, deps: HttpDependencies): void {
  app.post(
    '/api/data-privacy-deletion-jobs',
    {
      config: {
        repeats: 'answered',
        scope: 'profiles:write',
        refusalsAt: below('/data/attributes/profile/data'),
        answers: { 202: nothing('The profile is forgotten; what waits to be sent of it is skipped') },
      },
      schema: {
        tags: ['Data Privacy'],
        operationId: 'requestProfileDeletion',
        summary: 'Request Profile Deletion',
        body: deleteProfileBody,
      },
    },
    async (request, reply) => {
      const { id, attributes = {} } = request.body.data.attributes.profile.data;
      const reference = { ...(id == null ? {} : { id }), attributes: givenAttributes(attributes) };
      await readable(deps, await deps.profiles.forget(reference, commandContextOf(request)), 'profiles', 'activity');
      return reply.code(202).send();
    },
  );
}
