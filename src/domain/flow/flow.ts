import type { Decider, DomainEvent } from '../kernel/decider.js';
import { RuleViolation } from '../kernel/rule-violation.js';
import { checkFlowGraph, type FlowNode } from './flow-graph.js';

/** A flow: one trigger, and the chain of actions that it starts. */
export const flowStream = (flowId: string): string => `flow-${flowId}`;

// Events. Names and fields are the storage format.

export type FlowEvent =
  | DomainEvent<
      'FlowCreated',
      { name: string; trigger: FlowTrigger; actions: readonly FlowNode[]; entryActionId: string }
    >
  | DomainEvent<'FlowStatusChanged', { status: FlowStatus }>
  | DomainEvent<'FlowActionRemoved', { actionId: string; actions: readonly FlowNode[]; entryActionId: string | null }>
  | DomainEvent<'FlowDeleted', Record<string, never>>;

/** What starts the flow: a metric, a list or a segment, by its id. */
export interface FlowTrigger {
  type: FlowTriggerType;
  id: string;
}

export const FLOW_TRIGGER_TYPES = ['metric', 'list', 'segment'] as const;
export type FlowTriggerType = (typeof FLOW_TRIGGER_TYPES)[number];

export const FLOW_STATUSES = ['draft', 'manual', 'live'] as const;
export type FlowStatus = (typeof FLOW_STATUSES)[number];

// State

export interface FlowState {
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
    case 'FlowActionRemoved':
      return { ...state, actions: event.data.actions, entryActionId: event.data.entryActionId };
    case 'FlowDeleted':
      return { ...state, status: 'deleted' };
  }
}

// Decisions

export type FlowCommand =
  | { type: 'CreateFlow'; name: string; trigger: FlowTrigger; actions: readonly FlowNode[]; entryActionId: string }
  | { type: 'ChangeFlowStatus'; status: FlowStatus }
  | { type: 'RemoveFlowAction'; actionId: string }
  | { type: 'DeleteFlow' };

function decide(command: FlowCommand, state: FlowState): FlowEvent[] {
  if (command.type === 'CreateFlow') return create(command, state);
  if (state.status === 'none') throw new RuleViolation('flow_unknown', 'This flow does not exist.');
  if (command.type === 'DeleteFlow') return state.status === 'deleted' ? [] : [{ type: 'FlowDeleted', data: {} }];
  if (state.status === 'deleted') throw new RuleViolation('flow_deleted', 'This flow was deleted.');
  switch (command.type) {
    case 'ChangeFlowStatus':
      return state.status === command.status ? [] : [{ type: 'FlowStatusChanged', data: { status: command.status } }];
    case 'RemoveFlowAction':
      return removeAction(command.actionId, state);
  }
}

function create(command: Extract<FlowCommand, { type: 'CreateFlow' }>, state: FlowState): FlowEvent[] {
  if (state.status !== 'none') throw new RuleViolation('flow_exists', 'This flow exists already.');
  if (command.name.trim() === '') throw new RuleViolation('flow_name_missing', 'The flow needs a name.', '/name');
  checkFlowGraph(command.actions, command.entryActionId);
  const { name, trigger, actions, entryActionId } = command;
  return [{ type: 'FlowCreated', data: { name, trigger, actions, entryActionId } }];
}

/** Takes an action out of the chain; what linked to it links to what came after it. */
function removeAction(actionId: string, state: FlowState): FlowEvent[] {
  const removed = state.actions.find((node) => node.id === actionId);
  if (removed === undefined) return [];
  const actions = state.actions
    .filter((node) => node.id !== actionId)
    .map((node) => (node.next === actionId ? { ...node, next: removed.next } : node));
  const entryActionId = state.entryActionId === actionId ? removed.next : state.entryActionId;
  return [{ type: 'FlowActionRemoved', data: { actionId, actions, entryActionId } }];
}

export const flow: Decider<FlowCommand, FlowEvent, FlowState> = { initialState, evolve, decide };
