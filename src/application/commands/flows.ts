import { audience, audienceStream } from '../../domain/audience/audience.js';
import type { Filter } from '../../domain/filter/filter.js';
import { type FlowRules, type FlowStatus, flow, flowStream } from '../../domain/flow/flow.js';
import { checkFlowGraph, type FlowNode, type PlaceInFlow, relinked } from '../../domain/flow/flow-graph.js';
import type { FlowTrigger, FlowTriggerType } from '../../domain/flow/flow-trigger.js';
import type { TimeDelay } from '../../domain/flow/time-delay.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import { metric, metricStream } from '../../domain/metric/metric.js';
import { hasEventVariables } from '../../domain/trigger/trigger.js';
import {
  type PausedStatus,
  type WebhookActionConfiguration,
  type WebhookActionStatus,
  webhookAction,
  webhookActionStream,
} from '../../domain/webhook-action/webhook-action.js';
import type { AggregateStore, Recorded, UnitOfWork } from '../aggregate-store.js';
import { type CommandContext, newId } from '../command-context.js';
import type { EndpointChecker } from '../ports/endpoint-checker.js';
import type { FlowOfAction } from '../ports/flow-of-action.js';
import type { Ids } from '../ports/ids.js';
import { type TemplateEngine, TemplateError } from '../ports/template-engine.js';
import { requireActionAuthor } from './action-author.js';
import { checkGroups } from './check-groups.js';
import { type SetUpCheck, SetUpChecks } from './set-up-checks.js';
import { DEFAULT_OVERLAP_MS, type NewSigningSecret, randomSecret, rotateSecret } from './signing-secrets.js';

/** A flow as a caller defines it; actions refer to each other by the caller's own temporary ids. */
export interface FlowDefinition extends FlowRules {
  name: string;
  trigger: FlowTrigger;
  actions: readonly ActionDefinition[];
  /** The temporary id of the action that comes first. */
  entryActionId: string | null;
}

/** An action of a flow as a caller defines it; links are the temporary ids of other actions, null where the flow ends. */
export type ActionDefinition = { temporaryId: string } & (
  | {
      type: 'send-webhook';
      next: string | null;
      status: 'live' | PausedStatus;
      configuration: WebhookActionConfiguration;
    }
  | { type: 'time-delay'; next: string | null; delay: TimeDelay }
  | { type: 'conditional-split'; nextIfTrue: string | null; nextIfFalse: string | null; filter: Filter }
);

/** What is to be changed; of a webhook action the first two, of the others their own. */
export interface ActionChange {
  status?: 'live' | PausedStatus;
  /** Makes the new configuration from the present one, so that a caller may change a part of it. */
  configure?: (present: WebhookActionConfiguration) => WebhookActionConfiguration;
  delay?: TimeDelay;
  filter?: Filter;
}

/** Where a definition's action keeps its message; pointers of refusals lead there. */
const messagePointer = (index: number): string => `/actions/${index}/data/message`;

export class FlowCommands {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly templates: TemplateEngine,
    private readonly ids: Ids,
    private readonly endpoints: EndpointChecker,
    private readonly flowOfAction: FlowOfAction,
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
    const given = definition.actions.map(nodeOf);
    checkFlowGraph(given, definition.entryActionId);
    const idOf = new Map(given.map(({ id }) => [id, newId(context, this.ids, `action ${id}`)]));
    const actions = given.map(
      (node): FlowNode => ({ ...relinked(node, (to) => idOf.get(to) as string), id: idOf.get(node.id) as string }),
    );
    const entryActionId = idOf.get(definition.entryActionId as string) as string;
    const flowId = newId(context, this.ids, 'flow');
    const checks = new SetUpChecks(this.endpoints);
    return this.aggregates.transact(context, async (work) => {
      await requireActionAuthor(work, context.actor);
      checks.begin();
      await this.checkTrigger(work, definition.trigger);
      await checkFilters(work, definition);
      const { name, trigger, profileFilter, reentry } = definition;
      await work.decideNew(flow, flowStream(flowId), {
        type: 'CreateFlow',
        name,
        trigger,
        actions,
        entryActionId,
        ...(profileFilter === undefined ? {} : { profileFilter }),
        ...(reentry === undefined ? {} : { reentry }),
      });
      const actionIds = actions.map(({ id }) => id);
      const webhooks = definition.actions.flatMap((action, index) =>
        action.type === 'send-webhook' ? [{ action, index, actionId: actionIds[index] as string }] : [],
      );
      for (const { action, index, actionId } of webhooks) {
        await within(messagePointer(index), () =>
          this.configure(work, actionId, flowId, action.configuration, trigger.type),
        );
      }
      await checks.start(
        work,
        webhooks.map(({ actionId }) => actionId),
      );
      for (const { action, actionId } of webhooks) {
        await checks.check(work, actionId);
        if (action.status !== 'draft') await this.setStatus(work, actionId, action.status, checks);
      }
      work.writeLast(flowStream(flowId));
      return { flowId, actionIds, checks: checks.results };
    });
  }

  /**
   * Creates a flow, as a draft, whose actions are added one after another.
   * @throws RuleViolation with a pointer below the flow's `definition` (or `/name`)
   */
  async createEmpty(
    name: string,
    trigger: FlowTrigger,
    context: CommandContext,
  ): Promise<Recorded<{ flowId: string }>> {
    const flowId = newId(context, this.ids, 'flow');
    return this.aggregates.transact(context, async (work) => {
      await this.checkTrigger(work, trigger);
      const create = { type: 'CreateFlow', name, trigger, actions: [], entryActionId: null } as const;
      await work.decideNew(flow, flowStream(flowId), create);
      return { flowId };
    });
  }

  /** @throws RuleViolation flow_unknown, flow_deleted, flow_name_missing */
  async rename(flowId: string, name: string, context: CommandContext): Promise<Recorded<void>> {
    return this.aggregates.transact(context, async (work) => {
      await work.decide(flow, flowStream(flowId), { type: 'RenameFlow', name });
    });
  }

  /**
   * Puts a webhook action into a flow and saves it: its URL is checked, and what fails is left in draft.
   * @throws RuleViolation flow_unknown, flow_deleted, place_unknown, or what is wrong with the configuration (below
   * `/data/message`)
   */
  async addWebhook(
    flowId: string,
    place: PlaceInFlow,
    { configuration, status }: { configuration: WebhookActionConfiguration; status: 'live' | PausedStatus },
    context: CommandContext,
  ): Promise<Recorded<{ actionId: string; checks: readonly SetUpCheck[] }>> {
    const actionId = newId(context, this.ids, 'action');
    const checks = new SetUpChecks(this.endpoints);
    return this.aggregates.transact(context, async (work) => {
      await requireActionAuthor(work, context.actor);
      checks.begin();
      const state = await work.decide(flow, flowStream(flowId), { type: 'AddWebhookToFlow', actionId, place });
      const { type } = state.trigger as FlowTrigger;
      await within('/data/message', () => this.configure(work, actionId, flowId, configuration, type));
      await checks.check(work, actionId);
      if (status !== 'draft') await this.setStatus(work, actionId, status, checks);
      // A flow that names an action says that the action stands.
      work.writeLast(flowStream(flowId));
      return { actionId, checks: checks.results };
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
      const webhooks = webhooksOf(actions);
      if (status === 'live') await checks.start(work, webhooks);
      for (const id of webhooks) await this.setStatus(work, id, status, checks);
      return checks.results;
    });
  }

  /** Deletes the flow with its actions; deliveries requested before are carried out. @throws RuleViolation flow_unknown */
  async delete(flowId: string, context: CommandContext): Promise<Recorded<void>> {
    return this.aggregates.transact(context, async (work) => {
      await requireActionAuthor(work, context.actor);
      const { actions } = await work.decide(flow, flowStream(flowId), { type: 'DeleteFlow' });
      for (const id of webhooksOf(actions)) {
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
      if (status === 'none') {
        await this.changeStep(work, actionId, change);
        return [];
      }
      checkFlowAction(actionId, configuration, status);
      if (change.delay !== undefined || change.filter !== undefined) {
        throw new RuleViolation('action_type_fixed', 'This action is a send-webhook and stays one.', '/type');
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

  /**
   * Sets an action live that the engine suspended, once its URL was found good again; what fails the check stays suspended.
   * @throws RuleViolation action_unknown, action_not_suspended
   */
  async resumeAction(actionId: string, context: CommandContext): Promise<Recorded<{ checks: readonly SetUpCheck[] }>> {
    const checks = new SetUpChecks(this.endpoints);
    return this.aggregates.transact(context, async (work) => {
      await requireActionAuthor(work, context.actor);
      checks.begin();
      const { configuration, status } = await work.load(webhookAction, webhookActionStream(actionId));
      checkFlowAction(actionId, configuration, status);
      if (status !== 'suspended') {
        throw new RuleViolation(
          'action_not_suspended',
          `Only an action that was suspended can be resumed; this one is ${status}.`,
        );
      }
      await checks.check(work, actionId);
      await this.setStatus(work, actionId, 'live', checks);
      return { checks: checks.results };
    });
  }

  /** Takes the action out of its flow; deliveries of it that wait are skipped. @throws RuleViolation action_unknown, split_with_two_branches */
  async removeAction(actionId: string, context: CommandContext): Promise<Recorded<void>> {
    return this.aggregates.transact(context, async (work) => {
      await requireActionAuthor(work, context.actor);
      const { status } = await work.load(webhookAction, webhookActionStream(actionId));
      if (status === 'none') {
        const flowId = await this.flowOf(actionId);
        await work.decide(flow, flowStream(flowId), { type: 'RemoveFlowAction', actionId });
        return;
      }
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
    const [keyId, secret] = [this.ids.next(), randomSecret()];
    return this.aggregates.transact(context, async (work) => {
      await requireActionAuthor(work, context.actor);
      const { configuration } = await work.load(webhookAction, webhookActionStream(actionId));
      if (configuration?.feed !== undefined) throw actionUnknown(actionId);
      return rotateSecret(work, actionId, { keyId, secret }, overlapMs);
    });
  }

  /** Of a time delay or a conditional split, which stand in their flow. */
  private async changeStep(
    work: UnitOfWork,
    actionId: string,
    { delay, filter, ...other }: ActionChange,
  ): Promise<void> {
    const flowId = await this.flowOf(actionId);
    const present = (await work.load(flow, flowStream(flowId))).actions.find(({ id }) => id === actionId);
    if (present === undefined) throw actionUnknown(actionId);
    const changed =
      present.type === 'time-delay' && delay !== undefined
        ? { ...present, delay }
        : present.type === 'conditional-split' && filter !== undefined
          ? { ...present, filter }
          : undefined;
    if (changed === undefined || Object.keys(other).length > 0) {
      throw new RuleViolation('action_type_fixed', `This action is a ${present.type} and stays one.`, '/type');
    }
    if (filter !== undefined) await checkGroups(work, filter, '/data/profile_filter');
    await work.decide(flow, flowStream(flowId), { type: 'ChangeFlowAction', action: changed });
  }

  private async flowOf(actionId: string): Promise<string> {
    const flowId = await this.flowOfAction.flowOf(actionId);
    if (flowId === undefined) throw actionUnknown(actionId);
    return flowId;
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
      const secret = randomSecret();
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
  private async checkTrigger(work: UnitOfWork, trigger: FlowTrigger): Promise<void> {
    if (!('id' in trigger)) return;
    const { type, id } = trigger;
    if (type === 'metric' && trigger.filter !== undefined) checkMetricOf(trigger.filter, id);
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

const actionUnknown = (actionId: string): RuleViolation =>
  new RuleViolation('action_unknown', `There is no action with the id '${actionId}'.`);

const webhooksOf = (actions: readonly FlowNode[]): string[] =>
  actions.flatMap(({ id, type }) => (type === 'send-webhook' ? [id] : []));

/** Its place in the flow, under the caller's ids. */
function nodeOf(action: ActionDefinition): FlowNode {
  const id = action.temporaryId;
  switch (action.type) {
    case 'send-webhook':
      return { id, type: action.type, next: action.next };
    case 'time-delay':
      return { id, type: action.type, next: action.next, delay: action.delay };
    case 'conditional-split': {
      const { type, nextIfTrue, nextIfFalse, filter } = action;
      return { id, type, nextIfTrue, nextIfFalse, filter };
    }
  }
}

/** A subscription to the outbound feed is an action too, but one of no flow. */
function checkFlowAction(
  actionId: string,
  configuration: WebhookActionConfiguration | undefined,
  status: WebhookActionStatus,
): asserts configuration is WebhookActionConfiguration {
  if (configuration !== undefined && configuration.feed === undefined && status !== 'removed') return;
  throw actionUnknown(actionId);
}

/** An event that triggers the flow is of its one metric. */
function checkMetricOf({ conditionGroups }: Filter, metricId: string): void {
  for (const [group, { conditions }] of conditionGroups.entries()) {
    const other = conditions.findIndex((one) => one.type === 'metric-property' && one.metricId !== metricId);
    if (other === -1) continue;
    throw new RuleViolation(
      'filter_of_another_metric',
      `A trigger_filter asks about the events that trigger the flow, so its metric_id is '${metricId}'.`,
      `/triggers/0/trigger_filter/condition_groups/${group}/conditions/${other}/metric_id`,
    );
  }
}

/** Filters name lists and segments that exist. */
async function checkFilters(work: UnitOfWork, { profileFilter, actions }: FlowDefinition): Promise<void> {
  if (profileFilter !== undefined) await checkGroups(work, profileFilter, '/profile_filter');
  for (const [index, action] of actions.entries()) {
    if (action.type !== 'conditional-split') continue;
    await checkGroups(work, action.filter, `/actions/${index}/data/profile_filter`);
  }
}

async function within<T>(prefix: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof RuleViolation ? error.within(prefix) : error;
  }
}
