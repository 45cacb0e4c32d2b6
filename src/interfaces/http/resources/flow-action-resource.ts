import { z } from 'zod';
import type { ActionView } from '../../../projections/flows/flow-queries.js';
import type { Resource } from '../json-api.js';
import { time } from '../schemas/answers.js';

export const shownActionDefinition = z.object({
  id: z.string(),
  type: z.literal('send-webhook'),
  links: z.object({ next: z.string().nullable() }),
  data: z.object({
    message: z.object({
      name: z.string(),
      url: z.string(),
      headers: z.record(z.string(), z.string()).describe('The values are partially hashed'),
      body: z.string().describe("The template, in Klaviyo's dialect"),
    }),
    status: z.enum(['draft', 'manual', 'live', 'disabled']),
  }),
});

export const flowActionAttributes = z.object({ created: time, updated: time, definition: shownActionDefinition });
export const FLOW_ACTION_FIELDS = ['created', 'updated', 'definition'];

export function flowActionResource(action: ActionView): Resource {
  const attributes: z.infer<typeof flowActionAttributes> = {
    created: action.createdAt,
    updated: action.updatedAt,
    definition: actionDefinition(action),
  };
  return {
    type: 'flow-action',
    id: action.actionId,
    attributes,
    path: `/api/flow-actions/${action.actionId}`,
    relationships: { flow: { data: { type: 'flow', id: action.flowId }, linked: true } },
    meta: { set_up_check: action.setUpCheck },
  };
}

/** An action as it stands in its flow's definition. */
export function actionDefinition(action: ActionView): z.infer<typeof shownActionDefinition> {
  const { actionId: id, type, next, name, url, headers, body, status } = action;
  return {
    id,
    type,
    links: { next },
    data: {
      message: { name, url, headers, body },
      // Klaviyo has no word for an action that the engine stopped.
      status: status === 'suspended' ? 'disabled' : status,
    },
  };
}
