import type { FlowStatus } from '../../domain/flow/flow.js';
import type { FlowTriggerType } from '../../domain/flow/flow-trigger.js';
import type { WebhookActionStatus } from '../../domain/webhook-action/webhook-action.js';

/** Flows that were not deleted. */
export interface FlowsTable {
  flow_id: string;
  name: string;
  status: FlowStatus;
  trigger_type: FlowTriggerType;
  /** The metric, list or segment; of the other types, the flow itself. */
  trigger_id: string;
  /** JSON: `FlowTrigger`. */
  trigger: string;
  /** JSON: `FlowRules`. */
  rules: string;
  entry_action_id: string | null;
  /** JSON: `FlowNode[]`. */
  nodes: string;
  /** When it went live last; epoch milliseconds, null before. */
  live_since: number | null;
  created_at: string;
  updated_at: string;
  /** Of its first event: the order in which flows were created. */
  position: number;
}

/** Webhook actions that were not removed; those of a deleted flow stay. */
export interface FlowActionsTable {
  action_id: string;
  flow_id: string;
  name: string;
  url: string;
  /** JSON: header values by name, partially hashed. */
  headers: string;
  body: string;
  revision: number;
  status: Exclude<WebhookActionStatus, 'none' | 'removed'>;
  /** What the last set-up check of the present URL said: 1 for good, 0 for bad, null before any. */
  endpoint_verified: number | null;
  endpoint_detail: string | null;
  created_at: string;
  updated_at: string;
}

/** Time delays and conditional splits, whose flow has all else about them. */
export interface FlowStepsTable {
  action_id: string;
  flow_id: string;
}
