import type { Clock } from '../../application/ports/clock.js';

/** How many are told apart. The one not seen for longest is forgotten first, and then starts full again. */
const MAX_BUCKETS = 10_000;

/** What came of taking a token. */
export interface Taken {
  allowed: boolean;
  /** Whole tokens left. */
  remaining: number;
  /** Until there is a token again, and until the bucket is full; whole seconds. */
  retryAfter: number;
  reset: number;
}

/** A bucket of tokens for each name: `burst` at most, `perSecond` new ones. */
export class TokenBuckets {
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(
    private readonly perSecond: number,
    readonly burst: number,
    private readonly clock: Clock,
  ) {}

  take(name: string): Taken {
    const tokens = this.#tokens(name);
    const allowed = tokens >= 1;
    const left = allowed ? tokens - 1 : tokens;
    // Deleted first, so that the map's order is that of use.
    this.#buckets.delete(name);
    this.#buckets.set(name, { tokens: left, at: this.clock.now() });
    if (this.#buckets.size > MAX_BUCKETS) this.#buckets.delete(this.#buckets.keys().next().value as string);
    return { allowed, ...this.#outlook(left) };
  }

  /** What `take` would come to, without taking. */
  look(name: string): Taken {
    const tokens = this.#tokens(name);
    return { allowed: tokens >= 1, ...this.#outlook(tokens) };
  }

  #tokens(name: string): number {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) return this.burst;
    // A clock that was set back gives nothing and takes nothing.
    const seconds = Math.max(0, this.clock.now() - bucket.at) / 1000;
    return Math.min(this.burst, bucket.tokens + seconds * this.perSecond);
  }

  #outlook(tokens: number) {
    return {
      remaining: Math.floor(tokens),
      retryAfter: Math.max(1, Math.ceil((1 - tokens) / this.perSecond)),
      reset: Math.ceil((this.burst - tokens) / this.perSecond),
    };
  }
}
