import type { FlowStatus, FlowTriggerType } from '../../domain/flow/flow.js';
import type { WebhookActionStatus } from '../../domain/webhook-action/webhook-action.js';

/** Flows that were not deleted. */
export interface FlowsTable {
  flow_id: string;
  name: string;
  status: FlowStatus;
  trigger_type: FlowTriggerType;
  trigger_id: string;
  entry_action_id: string | null;
  /** JSON: `FlowNode[]`. */
  nodes: string;
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
