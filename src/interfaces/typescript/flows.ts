import type { FlowCommands, FlowDefinition } from '../../application/commands/flows.js';
import type { SetUpCheck } from '../../application/commands/set-up-checks.js';
import type { NewSigningSecret } from '../../application/commands/signing-secrets.js';
import type { Vault } from '../../application/ports/vault.js';
import { restoreHeaders } from '../../application/sealing/header-values.js';
import type { Filter } from '../../domain/filter/filter.js';
import type { FlowStatus } from '../../domain/flow/flow.js';
import type { TimeDelay } from '../../domain/flow/time-delay.js';
import { locate } from '../../domain/kernel/rule-violation.js';
import type { PausedStatus, WebhookActionConfiguration } from '../../domain/webhook-action/webhook-action.js';
import type { ActionView, FlowFilter, FlowQueries, FlowView } from '../../projections/flows/flow-queries.js';
import type { Page } from '../../projections/page.js';
import type { CommandOptions, Durable, RepeatableOptions } from './command-options.js';
import type { Contexts } from './contexts.js';
import { type Paging, pageRequest } from './paging.js';

/** An action's change; what is left out stays. */
export interface ActionUpdate {
  /** `live` sends, all others don't. */
  status?: 'live' | PausedStatus;
  /** A part of the configuration. A header value as a query showed it stands for the one that is kept. */
  configuration?: Partial<Pick<WebhookActionConfiguration, 'name' | 'url' | 'headers' | 'body'>>;
  /** Of a time delay. */
  delay?: TimeDelay;
  /** Of a conditional split. */
  filter?: Filter;
}

/** Flows, and the actions in them. */
export interface Flows {
  /**
   * Creates a flow, as a draft, with its actions: all or nothing. Each URL is checked with a HEAD request; an action whose check
   * fails stays in draft.
   * @returns the ids of the actions in the order given, and what each check said
   * @throws RuleViolation `two_step_required`, `trigger_unknown`, `body_template_invalid`, … with a pointer into the definition
   */
  create(
    definition: FlowDefinition,
    options?: RepeatableOptions,
  ): Promise<Durable & { flowId: string; actionIds: readonly string[]; checks: readonly SetUpCheck[] }>;
  /**
   * Sets the status of a flow and of all its actions; `live` checks URLs that are not known to be good.
   * @throws RuleViolation `flow_unknown`, `flow_deleted`
   */
  changeStatus(
    flowId: string,
    status: FlowStatus,
    options?: CommandOptions,
  ): Promise<Durable & { checks: readonly SetUpCheck[] }>;
  /** Deletes a flow with its actions; deliveries requested before are carried out. @throws RuleViolation `flow_unknown` */
  delete(flowId: string, options?: CommandOptions): Promise<Durable>;
  /** Changes an action; a changed configuration's URL is checked. @throws RuleViolation `action_unknown`, or what is wrong with it, with a pointer into the update */
  updateAction(
    actionId: string,
    update: ActionUpdate,
    options?: CommandOptions,
  ): Promise<Durable & { checks: readonly SetUpCheck[] }>;
  /**
   * Sets an action live that the engine suspended after days of failures; what fails the check stays suspended.
   * @throws RuleViolation `action_unknown`, `action_not_suspended`
   */
  resumeAction(actionId: string, options?: CommandOptions): Promise<Durable & { checks: readonly SetUpCheck[] }>;
  /** Takes an action out of its flow; its deliveries that wait are skipped. @throws RuleViolation `action_unknown` */
  removeAction(actionId: string, options?: CommandOptions): Promise<Durable>;
  /**
   * Gives an action a new signing secret, which is in the answer and nowhere else to be read.
   * @param options `overlapMs`: how long the former secret signs beside it, in milliseconds; a day unless given
   * @throws RuleViolation `action_unknown`, `action_removed`, `signing_overlap_invalid`; `idempotency_key_used` for a repetition
   */
  rotateSigningSecret(
    actionId: string,
    options?: RepeatableOptions & { overlapMs?: number },
  ): Promise<Durable & NewSigningSecret>;

  /** Undefined where it was deleted or never was. */
  get(flowId: string): Promise<FlowView | undefined>;
  /** Newest first. @throws InvalidCursor */
  list(filter?: FlowFilter & Paging): Promise<Page<FlowView>>;
  /** A flow's actions, from the first on, in the order of the links. */
  actions(flowId: string): Promise<readonly ActionView[]>;
  /** Undefined where it was removed, or its flow deleted. */
  action(actionId: string): Promise<ActionView | undefined>;
}

export const flowsOf = (commands: FlowCommands, queries: FlowQueries, contexts: Contexts, vault: Vault): Flows => ({
  async create(definition, options = {}) {
    const context = await contexts.of(options, ['flows.create', definition]);
    const { result, position } = await commands.create(withRealHeaders(definition, vault), context);
    return { ...result, position };
  },
  async changeStatus(flowId, status, options = {}) {
    const context = await contexts.of(options, ['flows.changeStatus', flowId, status]);
    const { result: checks, position } = await commands.changeStatus(flowId, status, context);
    return { checks, position };
  },
  async delete(flowId, options = {}) {
    const { position } = await commands.delete(flowId, await contexts.of(options, ['flows.delete', flowId]));
    return { position };
  },
  async updateAction(actionId, update, options = {}) {
    const { status, configuration, delay, filter } = update;
    const context = await contexts.of(options, ['flows.updateAction', actionId, update]);
    const change: Parameters<FlowCommands['updateAction']>[1] = {};
    if (delay !== undefined) change.delay = delay;
    if (filter !== undefined) change.filter = filter;
    if (status !== undefined) change.status = status;
    if (configuration !== undefined) {
      change.configure = (present) => {
        const { name = present.name, url = present.url, body = present.body } = configuration;
        const headers = restoreHeaders(configuration.headers ?? present.headers, present.headers, vault);
        return { ...present, name, url, body, headers };
      };
    }
    const { result: checks, position } = await commands.updateAction(actionId, change, context);
    return { checks, position };
  },
  async resumeAction(actionId, options = {}) {
    const context = await contexts.of(options, ['flows.resumeAction', actionId]);
    const { result, position } = await commands.resumeAction(actionId, context);
    return { ...result, position };
  },
  async removeAction(actionId, options = {}) {
    const context = await contexts.of(options, ['flows.removeAction', actionId]);
    const { position } = await commands.removeAction(actionId, context);
    return { position };
  },
  async rotateSigningSecret(actionId, { overlapMs, ...options } = {}) {
    const context = await contexts.of(options, ['flows.rotateSigningSecret', actionId, overlapMs], true);
    const { result, position } = await commands.rotateSigningSecret(actionId, context, overlapMs);
    return { ...result, position };
  },
  get: (flowId) => queries.flow(flowId),
  list: ({ size, cursor, ...filter } = {}) => queries.flows(pageRequest({ size, cursor }), filter),
  actions: (flowId) => queries.actionsOf(flowId),
  action: (actionId) => queries.action(actionId),
});

/** A header value that is only shown can't be that of a new action. @throws RuleViolation header_value_hidden */
function withRealHeaders(definition: FlowDefinition, vault: Vault): FlowDefinition {
  for (const [index, action] of definition.actions.entries()) {
    if (action.type !== 'send-webhook') continue;
    locate(`/actions/${index}/configuration`, () => restoreHeaders(action.configuration.headers, {}, vault));
  }
  return definition;
}
