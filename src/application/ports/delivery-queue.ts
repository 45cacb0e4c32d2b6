/**
 * The deliveries that are due now or later: a projection with leases. A claimed delivery is invisible to other claims
 * until its lease ends; what the event store records about it replaces the lease. Of one origin no more are under way at
 * once than its limit, over all workers that share the queue.
 */
export interface DeliveryQueue {
  /** Leases due deliveries, at most `limit`, and of each origin as many as it has places left; the longest due first. */
  claim(request: ClaimRequest): Promise<readonly ClaimedDelivery[]>;

  /** The attempt is over, whatever came of it: its place at its origin is free. The lease goes on. */
  finished(delivery: ClaimedDelivery): void;

  /** Ends the leases of workers that are gone, and goes on doing so. To be called before the first claim. */
  start(): Promise<void>;
  stop(): Promise<void>;

  /** When something falls due or a lease ends next, of origins that have places left; epoch milliseconds, undefined where there is nothing. */
  nextDueAt(now: number): Promise<number | undefined>;

  /** Calls back whenever rows that may be claimed were added or changed; the function returned ends that. */
  onChange(listener: () => void): () => void;
}

export interface ClaimRequest {
  /** Epoch milliseconds. */
  now: number;
  leaseMs: number;
  limit: number;
}

export interface ClaimedDelivery {
  deliveryId: string;
  /** scheme://host:port of the receiver. */
  origin: string;
}
