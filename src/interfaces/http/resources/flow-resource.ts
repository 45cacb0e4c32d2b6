import { z } from 'zod';
import { FLOW_STATUSES, FLOW_TRIGGER_TYPES, type FlowTriggerType } from '../../../domain/flow/flow.js';
import type { ActionView, FlowView } from '../../../projections/flows/flow-queries.js';
import type { Resource } from '../json-api.js';
import { time } from '../schemas/answers.js';
import { actionDefinition, shownActionDefinition } from './flow-action-resource.js';

/** Klaviyo's words; it has one for lists and segments. */
const SHOWN_TRIGGER_TYPES = {
  metric: 'Metric',
  list: 'Added to List',
  segment: 'Added to List',
} as const satisfies Record<FlowTriggerType, string>;

const shownDefinition = z.object({
  triggers: z.array(
    z.object({ type: z.enum(FLOW_TRIGGER_TYPES), id: z.string(), trigger_filter: z.null().optional() }),
  ),
  profile_filter: z.null(),
  actions: z.array(shownActionDefinition),
  entry_action_id: z.string().nullable(),
  reentry_criteria: z.null(),
});

export const flowAttributes = z.object({
  name: z.string(),
  status: z.enum(FLOW_STATUSES),
  archived: z.boolean(),
  created: time,
  updated: time,
  trigger_type: z.enum(['Metric', 'Added to List']),
  definition: shownDefinition.optional(),
});
export const FLOW_FIELDS = ['name', 'status', 'archived', 'created', 'updated', 'trigger_type', 'definition'];

/** A flow; with its definition where that is given. */
export function flowResource(flow: FlowView, definition?: z.infer<typeof shownDefinition>): Resource {
  const attributes: z.infer<typeof flowAttributes> = {
    name: flow.name,
    status: flow.status,
    archived: false,
    created: flow.createdAt,
    updated: flow.updatedAt,
    trigger_type: SHOWN_TRIGGER_TYPES[flow.trigger.type],
    ...(definition === undefined ? {} : { definition }),
  };
  return {
    type: 'flow',
    id: flow.flowId,
    attributes,
    path: `/api/flows/${flow.flowId}`,
    relationships: { 'flow-actions': { linked: true } },
  };
}

export function flowDefinition(
  { trigger: { type, id }, entryActionId }: FlowView,
  actions: readonly ActionView[],
): z.infer<typeof shownDefinition> {
  return {
    triggers: [type === 'metric' ? { type, id, trigger_filter: null } : { type, id }],
    profile_filter: null,
    actions: actions.map(actionDefinition),
    entry_action_id: entryActionId,
    reentry_criteria: null,
  };
}
