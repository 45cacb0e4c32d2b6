import type { FlowTriggerType } from '../../domain/flow/flow.js';

/** The read side that the trigger process asks: which live actions of live flows a trigger starts. */
export interface LiveActions {
  /** From memory, as of the last event projected. */
  startedBy(type: FlowTriggerType, sourceId: string): readonly LiveAction[];
}

export interface LiveAction {
  actionId: string;
  flowId: string;
  /** Which configuration this is; counts from 1. */
  revision: number;
  url: string;
  /** The body's template. */
  body: string;
}
