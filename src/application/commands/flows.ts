import { randomBytes } from 'node:crypto';
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
import { type CommandContext, newId } from '../command-context.js';
import { newSigningSecret } from '../delivery/signatures.js';
import type { EndpointChecker } from '../ports/endpoint-checker.js';
import type { Ids } from '../ports/ids.js';
import { type TemplateEngine, TemplateError } from '../ports/template-engine.js';
import { requireActionAuthor } from './action-author.js';
import { type SetUpCheck, SetUpChecks } from './set-up-checks.js';

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

export interface NewSigningSecret {
  keyId: string;
  /** Shown once. */
  secret: string;
  /** Until when the former one signs too; ISO 8601, UTC. */
  overlapUntil: string;
}

/** Standard Webhooks asks for 24 to 64 bytes. */
const SECRET_BYTES = 32;

/** How long the former signing secret signs beside the new one unless said otherwise; milliseconds. */
export const DEFAULT_OVERLAP_MS = 24 * 3_600_000;

/** Where a definition's action keeps its message; pointers of refusals lead there. */
const messagePointer = (index: number): string => `/actions/${index}/data/message`;

export class FlowCommands {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly templates: TemplateEngine,
    private readonly ids: Ids,
    private readonly endpoints: EndpointChecker,
  ) {}

  /**
   * Creates the flow, as a draft, and its actions; all or nothing. Each URL is checked; what fails stays in draft.
   * @returns the flow's id, and the actions' ids in the order given
   * @throws RuleViolation two_step_required, … (see {@link requireActionAuthor}), or with a pointer below the flow's `definition` (or `/name`)
   */
  async create(
    definition: FlowDefinition,
    context: CommandContext,
  ): Promise<Recorded<{ flowId: string; actionIds: readonly string[]; checks: readonly SetUpCheck[] }>> {
    const given = definition.actions.map(({ temporaryId, type, next }): FlowNode => ({ id: temporaryId, type, next }));
    checkFlowGraph(given, definition.entryActionId);
    const idOf = new Map(given.map(({ id }) => [id, newId(context, this.ids, `action ${id}`)]));
    const actions = given.map(
      (node): FlowNode => ({
        ...node,
        id: idOf.get(node.id) as string,
        next: node.next === null ? null : (idOf.get(node.next) as string),
      }),
    );
    const entryActionId = idOf.get(definition.entryActionId as string) as string;
    const flowId = newId(context, this.ids, 'flow');
    const checks = new SetUpChecks(this.endpoints);
    return this.aggregates.transact(context, async (work) => {
      await requireActionAuthor(work, context.actor);
      checks.begin();
      await this.checkTrigger(work, definition.trigger);
      const { name, trigger } = definition;
      await work.decideNew(flow, flowStream(flowId), { type: 'CreateFlow', name, trigger, actions, entryActionId });
      const actionIds = actions.map(({ id }) => id);
      for (const [index, { configuration }] of definition.actions.entries()) {
        const actionId = actionIds[index] as string;
        await within(messagePointer(index), () =>
          this.configure(work, actionId, flowId, configuration, definition.trigger.type),
        );
      }
      await checks.start(work, actionIds);
      for (const [index, { status }] of definition.actions.entries()) {
        const actionId = actionIds[index] as string;
        await checks.check(work, actionId);
        if (status !== 'draft') await this.setStatus(work, actionId, status, checks);
      }
      work.writeLast(flowStream(flowId));
      return { flowId, actionIds, checks: checks.results };
    });
  }

  /** Sets the flow's status and that of all its actions, as Klaviyo's call does. @throws RuleViolation flow_unknown, flow_deleted */
  async changeStatus(
    flowId: string,
    status: FlowStatus,
    context: CommandContext,
  ): Promise<Recorded<readonly SetUpCheck[]>> {
    const checks = new SetUpChecks(this.endpoints);
    return this.aggregates.transact(context, async (work) => {
      await requireActionAuthor(work, context.actor);
      checks.begin();
      const { actions } = await work.decide(flow, flowStream(flowId), { type: 'ChangeFlowStatus', status });
      if (status === 'live') {
        await checks.start(
          work,
          actions.map(({ id }) => id),
        );
      }
      for (const { id } of actions) await this.setStatus(work, id, status, checks);
      return checks.results;
    });
  }

  /** Deletes the flow with its actions; deliveries requested before are carried out. @throws RuleViolation flow_unknown */
  async delete(flowId: string, context: CommandContext): Promise<Recorded<void>> {
    return this.aggregates.transact(context, async (work) => {
      await requireActionAuthor(work, context.actor);
      const { actions } = await work.decide(flow, flowStream(flowId), { type: 'DeleteFlow' });
      for (const { id } of actions) {
        await work.decide(webhookAction, webhookActionStream(id), { type: 'PauseWebhookAction', status: 'disabled' });
      }
      work.writeLast(flowStream(flowId));
    });
  }

  /**
   * Saves an action: its URL is checked, and what fails is left in draft.
   * @throws RuleViolation action_unknown, or what is wrong with the configuration (below `/data/message`)
   */
  async updateAction(
    actionId: string,
    change: ActionChange,
    context: CommandContext,
  ): Promise<Recorded<readonly SetUpCheck[]>> {
    const checks = new SetUpChecks(this.endpoints);
    return this.aggregates.transact(context, async (work) => {
      await requireActionAuthor(work, context.actor);
      checks.begin();
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
      if (configure !== undefined) await checks.check(work, actionId);
      if (change.status !== undefined) await this.setStatus(work, actionId, change.status, checks);
      return checks.results;
    });
  }

  /** Takes the action out of its flow; deliveries of it that wait are skipped. @throws RuleViolation action_unknown */
  async removeAction(actionId: string, context: CommandContext): Promise<Recorded<void>> {
    return this.aggregates.transact(context, async (work) => {
      await requireActionAuthor(work, context.actor);
      const { flowId } = await work.decide(webhookAction, webhookActionStream(actionId), {
        type: 'RemoveWebhookAction',
      });
      await work.decide(flow, flowStream(flowId), { type: 'RemoveFlowAction', actionId });
      work.writeLast(webhookActionStream(actionId));
    });
  }

  /**
   * Gives the action a new signing secret, which is in the answer and nowhere else to be read; the former one signs beside
   * it for a while.
   * @throws RuleViolation action_unknown, action_removed
   */
  async rotateSigningSecret(
    actionId: string,
    context: CommandContext,
    overlapMs = DEFAULT_OVERLAP_MS,
  ): Promise<Recorded<NewSigningSecret>> {
    const [keyId, secret] = [this.ids.next(), newSigningSecret(randomBytes(SECRET_BYTES))];
    return this.aggregates.transact(context, async (work) => {
      await requireActionAuthor(work, context.actor);
      const command = { type: 'RotateSigningSecret', keyId, secret, at: work.time, overlapMs } as const;
      await work.decide(webhookAction, webhookActionStream(actionId), command);
      const overlapUntil = new Date(Date.parse(work.time) + overlapMs).toISOString();
      return { keyId, secret, overlapUntil };
    });
  }

  private async setStatus(
    work: UnitOfWork,
    actionId: string,
    status: 'live' | PausedStatus,
    checks: SetUpChecks,
  ): Promise<void> {
    const stream = webhookActionStream(actionId);
    if (status !== 'live') await work.decide(webhookAction, stream, { type: 'PauseWebhookAction', status });
    else if (await checks.verified(work, actionId)) {
      await work.decide(webhookAction, stream, { type: 'SetWebhookActionLive' });
    }
  }

  private async configure(
    work: UnitOfWork,
    actionId: string,
    flowId: string,
    configuration: WebhookActionConfiguration,
    trigger: FlowTriggerType,
  ): Promise<void> {
    const stream = webhookActionStream(actionId);
    const { signingSecrets } = await work.decide(webhookAction, stream, {
      type: 'ConfigureWebhookAction',
      flowId,
      configuration,
    });
    if (signingSecrets.length === 0) {
      const secret = newSigningSecret(randomBytes(SECRET_BYTES));
      const first = { keyId: this.ids.next(), secret, at: work.time, overlapMs: 0 };
      await work.decide(webhookAction, stream, { type: 'RotateSigningSecret', ...first });
    }
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

async function within<T>(prefix: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof RuleViolation ? error.within(prefix) : error;
  }
}
