import { z } from 'zod';
import { WEEKDAYS } from '../../../domain/flow/flow-trigger.js';
import { DELAY_UNITS } from '../../../domain/flow/time-delay.js';
import type { ActionView } from '../../../projections/flows/flow-queries.js';
import type { Resource } from '../json-api.js';
import { time } from '../schemas/answers.js';
import { profileFilter, shownFilter } from '../schemas/filter-schemas.js';

/** Klaviyo's; of an action that the engine stopped it has none. */
export const SHOWN_STATUSES = ['draft', 'manual', 'live', 'disabled'] as const;

const nextLink = z.object({ next: z.string().nullable() });

export const shownActionDefinition = z.discriminatedUnion('type', [
  z.object({
    id: z.string(),
    type: z.literal('send-webhook'),
    links: nextLink,
    data: z.object({
      message: z.object({
        name: z.string(),
        url: z.string(),
        headers: z.record(z.string(), z.string()).describe('The values are partially hashed'),
        body: z.string().describe("The template, in Klaviyo's dialect"),
      }),
      status: z.enum(SHOWN_STATUSES),
    }),
  }),
  z.object({
    id: z.string(),
    type: z.literal('time-delay'),
    links: nextLink,
    data: z.object({
      unit: z.enum(DELAY_UNITS),
      value: z.int(),
      secondary_value: z.int().nullable(),
      timezone: z.string(),
      delay_until_time: z.string().nullable(),
      delay_until_weekdays: z.array(z.enum(WEEKDAYS)).nullable(),
    }),
  }),
  z.object({
    id: z.string(),
    type: z.literal('conditional-split'),
    links: z.object({ next_if_true: z.string().nullable(), next_if_false: z.string().nullable() }),
    data: z.object({ profile_filter: profileFilter }),
  }),
]);
type ShownAction = z.infer<typeof shownActionDefinition>;

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
    ...(action.type === 'send-webhook' ? { meta: { set_up_check: action.setUpCheck } } : {}),
  };
}

/** An action as it stands in its flow's definition. */
export function actionDefinition(action: ActionView): ShownAction {
  const { actionId: id } = action;
  switch (action.type) {
    case 'send-webhook': {
      const { type, name, url, headers, body, status } = action;
      return {
        id,
        type,
        links: { next: action.next },
        data: {
          message: { name, url, headers, body },
          // Klaviyo has no word for an action that the engine stopped.
          status: status === 'suspended' ? 'disabled' : status,
        },
      };
    }
    case 'time-delay': {
      const { type, delay } = action;
      return {
        id,
        type,
        links: { next: action.next },
        data: {
          unit: delay.unit,
          value: delay.value,
          secondary_value: delay.secondaryValue ?? null,
          timezone: delay.timezone,
          delay_until_time: delay.untilTime ?? null,
          delay_until_weekdays: delay.untilWeekdays === undefined ? null : [...delay.untilWeekdays],
        },
      };
    }
    case 'conditional-split': {
      const { type, nextIfTrue, nextIfFalse, filter } = action;
      return {
        id,
        type,
        links: { next_if_true: nextIfTrue, next_if_false: nextIfFalse },
        data: { profile_filter: shownFilter(filter) },
      };
    }
  }
}

export const linksShown = (action: ActionView): ShownAction['links'] => actionDefinition(action).links;
