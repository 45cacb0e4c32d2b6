/** An aggregate's state as of a revision of its stream. */
export interface CachedState {
  state: object;
  /** -1 while the stream has no events. */
  revision: number;
  lastEventId: string | undefined;
  correlationId: string | undefined;
}

/** Of one generation; about 32 MiB of text, counted in UTF-16 units of the states' own strings. */
const MAX_WEIGHT = 16 * 1024 * 1024;
const WEIGHT_OF_AN_ENTRY = 300;

/**
 * The states used last, by stream. Only a head start: whoever decides on one appends with its revision, so that a stale
 * one costs a repetition and never a wrong event.
 *
 * Two generations stand in for an order of use, which would have to be kept on every look: once the young one is full, it
 * becomes the old one, and what is not asked for by the next time is gone.
 */
export class StateCache {
  #young = new Map<string, CachedState>();
  #old = new Map<string, CachedState>();
  #weight = 0;

  get(stream: string): CachedState | undefined {
    const young = this.#young.get(stream);
    if (young !== undefined) return young;
    const old = this.#old.get(stream);
    if (old !== undefined) this.set(stream, old);
    return old;
  }

  set(stream: string, cached: CachedState): void {
    this.#young.set(stream, cached);
    this.#weight += weigh(cached.state);
    if (this.#weight <= MAX_WEIGHT) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#weight = 0;
  }

  forget(stream: string): void {
    this.#young.delete(stream);
    this.#old.delete(stream);
  }
}

/** Strings make up nearly all of a state; two levels reach those that can be long (bodies, templates, attributes). */
function weigh(state: object): number {
  let weight = WEIGHT_OF_AN_ENTRY;
  for (const value of Object.values(state)) {
    if (typeof value === 'string') weight += value.length;
    else if (typeof value === 'object' && value !== null) {
      for (const inner of Object.values(value)) weight += typeof inner === 'string' ? inner.length : 16;
    }
  }
  return weight;
}
