import { previewTemplate } from '../../../application/queries/template-preview.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { sendDocument } from '../json-api.js';
import { givenAttributes } from '../profile-attributes.js';
import { below } from '../refusals.js';
import { previewAnswer, previewBody } from '../schemas/template-preview-schemas.js';

/** Shows what a body would be with a sample, before anything is saved; records nothing. */
export function templatePreviewRoutes(app: HttpServer, { queries, templates, organization }: HttpDependencies): void {
  app.post(
    '/api/hookledger/template-previews',
    {
      config: {
        repeats: 'harmless',
        scope: 'flows:write',
        refusalsAt: below('/data/attributes', { '/profileId': '/profile_id' }),
        answers: { 200: previewAnswer },
      },
      schema: {
        tags: ['Flows'],
        operationId: 'previewTemplate',
        summary: 'Render a body with a sample profile and event',
        body: previewBody,
      },
    },
    async (request, reply) => {
      const { body, trigger_type: triggerType, profile_id: profileId, profile, event } = request.body.data.attributes;
      const preview = await previewTemplate(
        { templates, organization, profiles: queries.profiles },
        {
          body,
          triggerType,
          ...(profileId == null ? {} : { profileId }),
          profile: givenAttributes(profile ?? {}),
          event: event ?? {},
        },
      );
      return sendDocument(reply, { data: { type: 'template-preview', attributes: preview } });
    },
  );
}
