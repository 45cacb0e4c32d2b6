import { z } from 'zod';
import { FLOW_STATUSES, FLOW_TRIGGER_TYPES } from '../../../domain/flow/flow.js';
import { quoted } from '../validation.js';
import { document, existing, nameField, notTaken, resource } from './fields.js';
import { withExample } from './with-example.js';

const NO_FILTERS = 'hookledger has no filters in flows yet; take this one out.';

const triggerOf = <Type extends (typeof FLOW_TRIGGER_TYPES)[number]>(type: Type) =>
  z.strictObject({ type: z.literal(type), id: z.string(), trigger_filter: notTaken(NO_FILTERS) });

const trigger = z.discriminatedUnion('type', [triggerOf('metric'), triggerOf('list'), triggerOf('segment')], {
  error: ({ input }) =>
    `A flow can't be triggered by ${typeOf(input)} here; the types are ${FLOW_TRIGGER_TYPES.join(', ')}.`,
});

/** zod's records pass over a key of this name, and a header must not be lost without a word. */
const requestHeaders = z
  .unknown()
  .superRefine((given, context) => {
    if (typeof given !== 'object' || given === null || !Object.hasOwn(given, '__proto__')) return;
    context.addIssue({ code: 'custom', path: ['__proto__'], message: "A header can't be called '__proto__'." });
  })
  .pipe(z.record(z.string(), z.string()))
  .meta({ type: 'object', additionalProperties: { type: 'string' } });

const message = z.strictObject({
  id: z.string().nullish(),
  name: z.string().max(255).nullish(),
  url: z.string(),
  headers: requestHeaders.nullish(),
  body: z.string().nullish(),
});

const actionStatus = z.enum(['draft', 'manual', 'live', 'disabled']);

const webhookAction = z.strictObject({
  id: z.string().nullish(),
  temporary_id: z.string().nullish(),
  type: z.literal('send-webhook'),
  links: z.strictObject({ next: z.string().nullish() }).nullish(),
  data: z.strictObject({ message, status: actionStatus.nullish() }),
});

/** One type of action now; a union, so that any other is refused by its name and not for each of its fields. */
const action = z.discriminatedUnion('type', [webhookAction], {
  error: ({ input }) => `hookledger has no actions of the type ${typeOf(input)}; the type is 'send-webhook'.`,
});

const typeOf = (input: unknown): string => quoted((input as { type?: unknown } | null)?.type);

const newAction = action.superRefine((given, context) => {
  if (given.id != null) {
    context.addIssue({ code: 'custom', path: ['id'], message: 'A new action has no id yet; give it a temporary_id.' });
  }
  if (given.temporary_id == null) {
    context.addIssue({ code: 'custom', path: ['temporary_id'], message: "'temporary_id' is missing." });
  }
});

const definition = z.strictObject({
  triggers: z
    .array(trigger)
    .min(1, { error: 'A flow needs a trigger.' })
    .max(1, { error: 'A flow has one trigger; take the others out.' }),
  profile_filter: notTaken(NO_FILTERS),
  actions: z.array(newAction).max(100),
  entry_action_id: z.string().nullable(),
  reentry_criteria: notTaken('hookledger has no re-entry criteria: each trigger starts the flow; take this out.'),
});

export const createFlowBody = withExample(
  document(resource('flow', z.strictObject({ name: nameField(), definition }))),
  {
    data: {
      type: 'flow',
      attributes: {
        name: 'Tell the warehouse about orders',
        definition: {
          triggers: [{ type: 'metric', id: '{metric_id}' }],
          actions: [
            {
              temporary_id: 'warehouse',
              type: 'send-webhook',
              links: { next: null },
              data: {
                message: {
                  name: 'Warehouse',
                  url: 'https://warehouse.example.com/orders',
                  headers: { authorization: 'Bearer 5f1d' },
                  body: '{"order": {{ event.order_id }}, "email": "{{ person.email }}"}',
                },
                status: 'live',
              },
            },
          ],
          entry_action_id: 'warehouse',
        },
      },
    },
  },
);
export type CreateFlowBody = z.infer<typeof createFlowBody>;

export const updateFlowBody = withExample(
  document(existing('flow', z.strictObject({ status: z.enum(FLOW_STATUSES) }))),
  { data: { type: 'flow', id: '{flow_id}', attributes: { status: 'live' } } },
);

export const updateFlowActionBody = withExample(
  document(existing('flow-action', z.strictObject({ definition: action }))),
  {
    data: {
      type: 'flow-action',
      id: '{flow_action_id}',
      attributes: {
        definition: {
          id: '{flow_action_id}',
          type: 'send-webhook',
          data: {
            message: { url: 'https://warehouse.example.com/v2/orders', body: '{"order": {{ event.order_id }}}' },
            status: 'live',
          },
        },
      },
    },
  },
);
export type UpdateFlowActionBody = z.infer<typeof updateFlowActionBody>;
