import type { Filter } from '../../domain/filter/filter.js';
import type { ReentryCriteria } from '../../domain/flow/flow.js';
import type { FlowNode } from '../../domain/flow/flow-graph.js';
import type { FlowTrigger, FlowTriggerType } from '../../domain/flow/flow-trigger.js';

/** The read side that triggers ask: which live flows they start. */
export interface LiveFlows {
  /**
   * From memory, as of the last event projected.
   * @param sourceId the metric, list or segment; of the other types, the flow itself
   */
  startedBy(type: FlowTriggerType, sourceId: string): readonly LiveFlow[];

  /** All of a type. */
  ofType(type: FlowTriggerType): readonly LiveFlow[];
}

export interface LiveFlow {
  flowId: string;
  trigger: FlowTrigger;
  profileFilter: Filter | undefined;
  reentry: ReentryCriteria | undefined;
  nodes: readonly FlowNode[];
  entryActionId: string | null;
  /** Its live webhook actions, by id. */
  actions: ReadonlyMap<string, LiveAction>;
  /** When it went live; epoch milliseconds. */
  liveSince: number;
}

export interface LiveAction {
  actionId: string;
  /** Which configuration this is; counts from 1. */
  revision: number;
  url: string;
  /** The body's template. */
  body: string;
}
