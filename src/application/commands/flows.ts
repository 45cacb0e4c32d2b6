import { audience, audienceStream } from '../../domain/audience/audience.js';
import { type FlowStatus, type FlowTrigger, type FlowTriggerType, flow, flowStream } from '../../domain/flow/flow.js';
import { checkFlowGraph, type FlowNode } from '../../domain/flow/flow-graph.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import { metric, metricStream } from '../../domain/metric/metric.js';
import { hasEventVariables } from '../../domain/trigger/trigger.js';
import {
  type PausedStatus,
  type WebhookActionConfiguration,
  webhookAction,
  webhookActionStream,
} from '../../domain/webhook-action/webhook-action.js';
import type { AggregateStore, Recorded, UnitOfWork } from '../aggregate-store.js';
import type { CommandContext } from '../command-context.js';
import type { Ids } from '../ports/ids.js';
import { type TemplateEngine, TemplateError } from '../ports/template-engine.js';

/** A flow as a caller defines it; actions refer to each other by the caller's own temporary ids. */
export interface FlowDefinition {
  name: string;
  trigger: FlowTrigger;
  actions: readonly ActionDefinition[];
  /** The temporary id of the action that comes first. */
  entryActionId: string | null;
}

export interface ActionDefinition {
  temporaryId: string;
  type: 'send-webhook';
  next: string | null;
  status: 'live' | PausedStatus;
  configuration: WebhookActionConfiguration;
}

export interface ActionChange {
  status?: 'live' | PausedStatus;
  /** Makes the new configuration from the present one, so that a caller may change a part of it. */
  configure?: (present: WebhookActionConfiguration) => WebhookActionConfiguration;
}

/** Where a definition's action keeps its message; pointers of refusals lead there. */
const messagePointer = (index: number): string => `/actions/${index}/data/message`;

export class FlowCommands {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly templates: TemplateEngine,
    private readonly ids: Ids,
  ) {}

  /**
   * Creates the flow, as a draft, and its actions; all or nothing.
   * @returns the flow's id, and the actions' ids in the order given
   * @throws RuleViolation with a pointer below the flow's `definition` (or `/name`)
   */
  async create(
    definition: FlowDefinition,
    context: CommandContext,
  ): Promise<Recorded<{ flowId: string; actionIds: readonly string[] }>> {
    const given = definition.actions.map(({ temporaryId, type, next }): FlowNode => ({ id: temporaryId, type, next }));
    checkFlowGraph(given, definition.entryActionId);
    const idOf = new Map(given.map(({ id }) => [id, this.ids.next()]));
    const actions = given.map(
      (node): FlowNode => ({
        ...node,
        id: idOf.get(node.id) as string,
        next: node.next === null ? null : (idOf.get(node.next) as string),
      }),
    );
    const entryActionId = idOf.get(definition.entryActionId as string) as string;
    const flowId = this.ids.next();
    return this.aggregates.transact(context, async (work) => {
      await this.checkTrigger(work, definition.trigger);
      const { name, trigger } = definition;
      await work.decideNew(flow, flowStream(flowId), { type: 'CreateFlow', name, trigger, actions, entryActionId });
      for (const [index, { configuration, status }] of definition.actions.entries()) {
        const actionId = (actions[index] as FlowNode).id;
        await within(messagePointer(index), () =>
          this.configure(work, actionId, flowId, configuration, definition.trigger.type),
        );
        if (status !== 'draft') await setStatus(work, actionId, status);
      }
      work.writeLast(flowStream(flowId));
      return { flowId, actionIds: actions.map(({ id }) => id) };
    });
  }

  /** Sets the flow's status and that of all its actions, as Klaviyo's call does. @throws RuleViolation flow_unknown, flow_deleted */
  async changeStatus(flowId: string, status: FlowStatus, context: CommandContext): Promise<Recorded<void>> {
    return this.aggregates.transact(context, async (work) => {
      const { actions } = await work.decide(flow, flowStream(flowId), { type: 'ChangeFlowStatus', status });
      for (const { id } of actions) await setStatus(work, id, status);
    });
  }

  /** Deletes the flow with its actions; deliveries requested before are carried out. @throws RuleViolation flow_unknown */
  async delete(flowId: string, context: CommandContext): Promise<Recorded<void>> {
    return this.aggregates.transact(context, async (work) => {
      const { actions } = await work.decide(flow, flowStream(flowId), { type: 'DeleteFlow' });
      for (const { id } of actions) await setStatus(work, id, 'disabled');
      work.writeLast(flowStream(flowId));
    });
  }

  /** @throws RuleViolation action_unknown, or what is wrong with the configuration (below `/data/message`) */
  async updateAction(actionId: string, change: ActionChange, context: CommandContext): Promise<Recorded<void>> {
    return this.aggregates.transact(context, async (work) => {
      const { flowId, status, configuration } = await work.load(webhookAction, webhookActionStream(actionId));
      if (configuration === undefined || status === 'removed') {
        throw new RuleViolation('action_unknown', `There is no action with the id '${actionId}'.`);
      }
      const { configure } = change;
      if (configure !== undefined) {
        const { trigger } = await work.load(flow, flowStream(flowId));
        await within('/data/message', () =>
          this.configure(work, actionId, flowId, configure(configuration), (trigger as FlowTrigger).type),
        );
      }
      if (change.status !== undefined) await setStatus(work, actionId, change.status);
    });
  }

  /** Takes the action out of its flow; deliveries of it that wait are skipped. @throws RuleViolation action_unknown */
  async removeAction(actionId: string, context: CommandContext): Promise<Recorded<void>> {
    return this.aggregates.transact(context, async (work) => {
      const { flowId } = await work.decide(webhookAction, webhookActionStream(actionId), {
        type: 'RemoveWebhookAction',
      });
      await work.decide(flow, flowStream(flowId), { type: 'RemoveFlowAction', actionId });
      work.writeLast(webhookActionStream(actionId));
    });
  }

  private async configure(
    work: UnitOfWork,
    actionId: string,
    flowId: string,
    configuration: WebhookActionConfiguration,
    trigger: FlowTriggerType,
  ): Promise<void> {
    await work.decide(webhookAction, webhookActionStream(actionId), {
      type: 'ConfigureWebhookAction',
      flowId,
      configuration,
    });
    try {
      this.templates.check(configuration.body, 'json');
      this.checkVariables(configuration.body, trigger);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      throw new RuleViolation(
        'body_template_invalid',
        `The body's template is not valid${error.place}: ${error.message}`,
        '/body',
      );
    }
  }

  /** Where no event starts the flow, there is none to read from. Source: Klaviyo's table of triggers and variables. */
  private checkVariables(body: string, trigger: FlowTriggerType): void {
    if (hasEventVariables(trigger)) return;
    const read = this.templates.variablesOf(body).find(({ path }) => /^event(?:\.|$)/.test(path));
    if (read === undefined) return;
    throw new RuleViolation(
      'event_variable_without_event',
      `The body reads ${read.path} (line ${read.line}, column ${read.column}), but a flow that a ${trigger} starts has no event; use variables of the profile.`,
      '/body',
    );
  }

  /** A trigger names something that exists. */
  private async checkTrigger(work: UnitOfWork, { type, id }: FlowTrigger): Promise<void> {
    const exists =
      type === 'metric'
        ? (await work.load(metric, metricStream(id))).name !== undefined
        : (await work.load(audience, audienceStream(type, id))).kind !== undefined;
    if (!exists) {
      const hint = type === 'metric' ? '; a metric exists once an event of that name came in' : '';
      throw new RuleViolation('trigger_unknown', `There is no ${type} with the id '${id}'${hint}.`, '/triggers/0/id');
    }
  }
}

async function setStatus(work: UnitOfWork, actionId: string, status: 'live' | PausedStatus): Promise<void> {
  const stream = webhookActionStream(actionId);
  if (status === 'live') await work.decide(webhookAction, stream, { type: 'SetWebhookActionLive' });
  else await work.decide(webhookAction, stream, { type: 'PauseWebhookAction', status });
}

async function within<T>(prefix: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof RuleViolation ? error.within(prefix) : error;
  }
}
