/**
 * The deliveries that are due now or later: a projection with leases. A claimed delivery is invisible to other claims
 * until its lease ends; what the event store records about it replaces the lease.
 */
export interface DeliveryQueue {
  /** Leases due deliveries, at most `limit`, and of one origin at most what `capacityOf` leaves it; the longest due first. */
  claim(request: ClaimRequest): Promise<readonly ClaimedDelivery[]>;

  /** Gives claims back, so that they can be claimed at once. */
  release(deliveryIds: readonly string[]): Promise<void>;

  /** Ends every lease. For the start of the only process that works on the queue: whoever held one is gone. */
  releaseAll(): Promise<void>;

  /** When something falls due or a lease ends next, of origins that are not in `except`; epoch milliseconds, undefined where nothing is queued. */
  nextDueAt(except?: ReadonlySet<string>): Promise<number | undefined>;

  /** Calls back whenever rows that may be claimed were added or changed; the function returned ends that. */
  onChange(listener: () => void): () => void;
}

export interface ClaimRequest {
  /** Epoch milliseconds. */
  now: number;
  leaseMs: number;
  limit: number;
  /** How many more deliveries of this origin may be under way; 0 passes it over. */
  capacityOf(origin: string): number;
}

export interface ClaimedDelivery {
  deliveryId: string;
  /** scheme://host:port of the receiver. */
  origin: string;
}
