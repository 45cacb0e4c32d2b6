import type { DeliveryStatus } from '../../domain/delivery/delivery.js';

/** The activity log: each delivery as it stands, past, present and to come. */
export interface DeliveriesTable {
  delivery_id: string;
  action_id: string;
  flow_id: string;
  trigger_id: string;
  profile_id: string;
  status: Exclude<DeliveryStatus, 'none'>;
  attempts: number;
  /** Where the last attempt went, or the first one is to go. */
  url: string;
  /** Of the last outcome: a status code, an error, or the reason of a skip. */
  code: string | null;
  message: string | null;
  /** Why the body could not be rendered, sealed by the profile's key; null where it could. */
  sealed_error: string | null;
  requested_at: string;
  /** When the next attempt is due; null where none is to come. */
  due_at: string | null;
  updated_at: string;
  /** Of the request: the log's order. */
  position: number;
}
