import { z } from 'zod';
import { TemplateError } from '../../../application/ports/template-engine.js';
import { previewTemplate } from '../../../application/queries/template-preview.js';
import { TRIGGER_KINDS } from '../../../domain/trigger/trigger.js';
import { ApiError } from '../api-error.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { sendDocument } from '../json-api.js';
import { givenAttributes } from '../profile-attributes.js';
import { customProperties } from '../schemas/custom-properties.js';
import { document, resource } from '../schemas/fields.js';
import { sampleProfile } from '../schemas/profile-schemas.js';
import { withExample } from '../schemas/with-example.js';

const previewBody = withExample(
  document(
    resource(
      'template-preview',
      z.strictObject({
        body: z.string().max(1_048_576),
        trigger_type: z.enum(TRIGGER_KINDS).default('metric'),
        /** A profile that is known. */
        profile_id: z.string().min(1).nullish(),
        /** Or any attributes. */
        profile: sampleProfile.nullish(),
        event: customProperties.nullish(),
      }),
    ),
  ),
  {
    data: {
      type: 'template-preview',
      attributes: {
        body: '{"order": {{ event.order_id }}, "email": "{{ person.email }}"}',
        trigger_type: 'metric',
        profile: { email: 'ana@example.com', first_name: 'Ana' },
        event: { order_id: 1042 },
      },
    },
  },
);

const previewAnswer = z
  .object({
    data: z.object({
      type: z.literal('template-preview'),
      attributes: z.object({
        rendered: z.string(),
        warnings: z.array(z.string()),
        variables: z.array(z.object({ variable: z.string(), sample: z.unknown() })),
      }),
    }),
  })
  .describe('The body as it would be sent, what the sample lacks, and what can be copied');

/** Shows what a body would be with a sample, before anything is saved; records nothing. */
export function templatePreviewRoutes(app: HttpServer, { queries, templates, organization }: HttpDependencies): void {
  app.post(
    '/api/hookledger/template-previews',
    {
      config: { repeats: 'harmless', scope: 'flows:write', answers: { 200: previewAnswer } },
      schema: {
        tags: ['Flows'],
        operationId: 'previewTemplate',
        summary: 'Render a body with a sample profile and event',
        body: previewBody,
      },
    },
    async (request, reply) => {
      const { body, trigger_type, profile_id, profile, event } = request.body.data.attributes;
      const known = profile_id == null ? undefined : await queries.profiles.profile(profile_id);
      if (profile_id != null && known === undefined) {
        const detail = `There is no profile with the id '${profile_id}'.`;
        throw new ApiError('invalid', { detail, source: { pointer: '/data/attributes/profile_id' } });
      }
      try {
        const preview = previewTemplate(templates, organization, {
          body,
          triggerKind: trigger_type,
          profileId: known?.profileId ?? 'sample',
          profile: { ...known?.attributes, ...givenAttributes(profile ?? {}) },
          event: event ?? {},
        });
        return sendDocument(reply, { data: { type: 'template-preview', attributes: preview } });
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        const detail = `The body can't be rendered${error.place}: ${error.message}`;
        throw new ApiError('invalid', { detail, source: { pointer: '/data/attributes/body' } });
      }
    },
  );
}
