import type { ActionDefinition, FlowDefinition } from '../../src/application/commands/flows.js';

/** A live webhook action, one of a definition. */
export const webhook = (temporaryId: string, next: string | null, body = '{}'): ActionDefinition => ({
  temporaryId,
  type: 'send-webhook',
  next,
  status: 'live',
  configuration: { name: temporaryId, url: `https://127.0.0.1:1001/${temporaryId}`, headers: {}, body },
});

/** A definition whose first action is its entry. */
export const definition = (
  trigger: FlowDefinition['trigger'],
  actions: readonly ActionDefinition[],
  more: Partial<FlowDefinition> = {},
): FlowDefinition => ({
  name: 'Flow',
  trigger,
  actions,
  entryActionId: actions[0]?.temporaryId ?? null,
  ...more,
});
