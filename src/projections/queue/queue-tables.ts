/** Deliveries that are due now or later, or under way; those that came to their end are gone. */
export interface DeliveryQueueTable {
  delivery_id: string;
  action_id: string;
  /** scheme://host:port that its action points at now. */
  origin: string;
  /** Epoch milliseconds. */
  due_at: number;
  /** When it may be claimed; epoch milliseconds: its due time or, while it is leased, the lease's end. */
  claimable_at: number;
  /** The worker whose attempt takes up a place at the origin; null while none does. Used where many processes share the queue. */
  leased_by: string | null;
}

/** Where each action points at. */
export interface ActionOriginsTable {
  action_id: string;
  origin: string;
}
