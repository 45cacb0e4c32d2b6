import { z } from 'zod';
import { TRIGGER_KINDS } from '../../../domain/trigger/trigger.js';
import { customProperties } from './custom-properties.js';
import { document, resource } from './fields.js';
import { sampleProfile } from './profile-schemas.js';
import { withExample } from './with-example.js';

export const previewFields = {
  body: z.string().max(1_048_576),
  trigger_type: z.enum(TRIGGER_KINDS).default('metric'),
  /** A profile that is known. */
  profile_id: z.string().min(1).nullish(),
  /** Or any attributes. */
  profile: sampleProfile.nullish(),
  event: customProperties.nullish(),
};

export const previewBody = withExample(document(resource('template-preview', z.strictObject(previewFields))), {
  data: {
    type: 'template-preview',
    attributes: {
      body: '{"order": {{ event.order_id }}, "email": "{{ person.email }}"}',
      trigger_type: 'metric',
      profile: { email: 'ana@example.com', first_name: 'Ana' },
      event: { order_id: 1042 },
    },
  },
});

export const previewAnswer = z
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
