import { checkFilter } from '../filter/check-filter.js';
import type { Filter } from '../filter/filter.js';
import type { Decider, DomainEvent } from '../kernel/decider.js';
import { type Json, jsonEqual } from '../kernel/json.js';
import { locate, RuleViolation } from '../kernel/rule-violation.js';
import { checkDateTrigger } from './date-trigger.js';
import { checkFlowGraph, type FlowNode, insertedAt, linksOf, type PlaceInFlow, relinked } from './flow-graph.js';
import type { FlowTrigger } from './flow-trigger.js';
import { checkTimeDelay } from './time-delay.js';

/** A flow: one trigger, and the chain of actions that it starts. */
export const flowStream = (flowId: string): string => `flow-${flowId}`;

// Events. Names and fields are the storage format.

export type FlowEvent =
  | DomainEvent<
      'FlowCreated',
      FlowRules & { name: string; trigger: FlowTrigger; actions: readonly FlowNode[]; entryActionId: string | null }
    >
  | DomainEvent<'FlowRenamed', { name: string }>
  | DomainEvent<'FlowStatusChanged', { status: FlowStatus }>
  /** A time delay or a conditional split; a webhook action's changes are events of its own. */
  | DomainEvent<'FlowActionChanged', { actionId: string; actions: readonly FlowNode[] }>
  | DomainEvent<'FlowActionAdded', { actionId: string; actions: readonly FlowNode[]; entryActionId: string | null }>
  | DomainEvent<'FlowActionRemoved', { actionId: string; actions: readonly FlowNode[]; entryActionId: string | null }>
  | DomainEvent<'FlowDeleted', Record<string, never>>;

/** Whom the flow takes in; everybody, each time, where nothing is given. */
export interface FlowRules {
  /** Asked when a profile enters, and again whenever it goes on after a delay. */
  profileFilter?: Filter;
  reentry?: ReentryCriteria;
}

/** How long after it entered the flow a profile may enter it again. Source: Klaviyo's `reentry_criteria`. */
export interface ReentryCriteria {
  duration: number;
  /** Never again: `alltime`. */
  unit: ReentryUnit;
}

export const REENTRY_UNITS = ['alltime', 'hour', 'day', 'week', 'month'] as const;
/** What a re-entry's duration counts in. */
export type ReentryUnit = (typeof REENTRY_UNITS)[number];

export const FLOW_STATUSES = ['draft', 'manual', 'live'] as const;
/** Whether a flow is at work: only `live` sends. */
export type FlowStatus = (typeof FLOW_STATUSES)[number];

// State

export interface FlowState extends FlowRules {
  status: 'none' | FlowStatus | 'deleted';
  name: string;
  trigger: FlowTrigger | undefined;
  actions: readonly FlowNode[];
  entryActionId: string | null;
}

const initialState: FlowState = { status: 'none', name: '', trigger: undefined, actions: [], entryActionId: null };

function evolve(state: FlowState, event: FlowEvent): FlowState {
  switch (event.type) {
    case 'FlowCreated':
      return { status: 'draft', ...event.data };
    case 'FlowStatusChanged':
      return { ...state, status: event.data.status };
    case 'FlowRenamed':
      return { ...state, name: event.data.name };
    case 'FlowActionChanged':
      return { ...state, actions: event.data.actions };
    case 'FlowActionAdded':
    case 'FlowActionRemoved':
      return { ...state, actions: event.data.actions, entryActionId: event.data.entryActionId };
    case 'FlowDeleted':
      return { ...state, status: 'deleted' };
  }
}

// Decisions

export type FlowCommand =
  | ({
      type: 'CreateFlow';
      name: string;
      trigger: FlowTrigger;
      /** None where they are added one after another. */
      actions: readonly FlowNode[];
      entryActionId: string | null;
    } & FlowRules)
  | { type: 'RenameFlow'; name: string }
  | { type: 'ChangeFlowStatus'; status: FlowStatus }
  | { type: 'AddWebhookToFlow'; actionId: string; place: PlaceInFlow }
  | { type: 'ChangeFlowAction'; action: Exclude<FlowNode, { type: 'send-webhook' }> }
  | { type: 'RemoveFlowAction'; actionId: string }
  | { type: 'DeleteFlow' };

function decide(command: FlowCommand, state: FlowState): FlowEvent[] {
  if (command.type === 'CreateFlow') return create(command, state);
  if (state.status === 'none') throw new RuleViolation('flow_unknown', 'This flow does not exist.');
  if (command.type === 'DeleteFlow') return state.status === 'deleted' ? [] : [{ type: 'FlowDeleted', data: {} }];
  if (state.status === 'deleted') throw new RuleViolation('flow_deleted', 'This flow was deleted.');
  switch (command.type) {
    case 'RenameFlow':
      checkName(command.name);
      return state.name === command.name ? [] : [{ type: 'FlowRenamed', data: { name: command.name } }];
    case 'AddWebhookToFlow':
      return addWebhook(command, state);
    case 'ChangeFlowStatus':
      return state.status === command.status ? [] : [{ type: 'FlowStatusChanged', data: { status: command.status } }];
    case 'ChangeFlowAction':
      return changeAction(command.action, state);
    case 'RemoveFlowAction':
      return removeAction(command.actionId, state);
  }
}

function create(command: Extract<FlowCommand, { type: 'CreateFlow' }>, state: FlowState): FlowEvent[] {
  if (state.status !== 'none') throw new RuleViolation('flow_exists', 'This flow exists already.');
  checkName(command.name);
  if (command.actions.length > 0 || command.entryActionId !== null) {
    checkFlowGraph(command.actions, command.entryActionId);
  }
  const { trigger, profileFilter } = command;
  if (trigger.type === 'date') locate('/triggers/0', () => checkDateTrigger(trigger));
  if ('filter' in trigger && trigger.filter !== undefined) {
    const { filter } = trigger;
    locate('/triggers/0/trigger_filter', () => checkFilter(filter));
  }
  if (profileFilter !== undefined) locate('/profile_filter', () => checkFilter(profileFilter));
  for (const [index, node] of command.actions.entries()) locate(`/actions/${index}/data`, () => checkNode(node));
  const { type: _, ...data } = command;
  return [{ type: 'FlowCreated', data }];
}

function checkName(name: string): void {
  if (name.trim() === '') throw new RuleViolation('flow_name_missing', 'The flow needs a name.', '/name');
}

function checkNode(node: FlowNode): void {
  if (node.type === 'time-delay') checkTimeDelay(node.delay);
  else if (node.type === 'conditional-split') locate('/profile_filter', () => checkFilter(node.filter));
}

/** Pointers of refusals are below the action's definition. */
function changeAction(
  action: Extract<FlowCommand, { type: 'ChangeFlowAction' }>['action'],
  state: FlowState,
): FlowEvent[] {
  const present = state.actions.find(({ id }) => id === action.id);
  if (present === undefined) {
    throw new RuleViolation('action_unknown', `There is no action with the id '${action.id}' in this flow.`);
  }
  if (present.type !== action.type) {
    throw new RuleViolation('action_type_fixed', `This action is a ${present.type} and stays one.`, '/type');
  }
  if (jsonEqual(present as unknown as Json, action as unknown as Json)) return [];
  locate('/data', () => checkNode(action));
  const actions = state.actions.map((node) => (node.id === action.id ? action : node));
  return [{ type: 'FlowActionChanged', data: { actionId: action.id, actions } }];
}

/** Puts a webhook action in; what it sends and where to is configured in a stream of its own. */
function addWebhook(
  { actionId, place }: Extract<FlowCommand, { type: 'AddWebhookToFlow' }>,
  state: FlowState,
): FlowEvent[] {
  if (state.actions.some(({ id }) => id === actionId)) return [];
  return [{ type: 'FlowActionAdded', data: { actionId, ...insertedAt(place, actionId, state) } }];
}

/** Takes an action out of the flow; what linked to it links to what came after it. */
function removeAction(actionId: string, state: FlowState): FlowEvent[] {
  const removed = state.actions.find((node) => node.id === actionId);
  if (removed === undefined) return [];
  const after = new Set(linksOf(removed).flatMap(({ to }) => to ?? []));
  if (after.size > 1) {
    throw new RuleViolation(
      'split_with_two_branches',
      'This split leads to two branches, and only one of them could take its place; take the actions of the other one out first.',
    );
  }
  const [next = null] = after;
  const actions = state.actions
    .filter((node) => node.id !== actionId)
    .map((node) => relinked(node, (to) => (to === actionId ? next : to)));
  const entryActionId = state.entryActionId === actionId ? next : state.entryActionId;
  return [{ type: 'FlowActionRemoved', data: { actionId, actions, entryActionId } }];
}

export const flow: Decider<FlowCommand, FlowEvent, FlowState> = { initialState, evolve, decide };
