/** An aggregate's state as of a revision of its stream. */
export interface CachedState {
  state: object;
  /** -1 while the stream has no events. */
  revision: number;
  lastEventId: string | undefined;
  correlationId: string | undefined;
}

/** About 64 MiB of text, counted in UTF-16 units of the states' own strings. */
const MAX_WEIGHT = 32 * 1024 * 1024;
const WEIGHT_OF_AN_ENTRY = 300;

/**
 * The states used last, by stream. Only a head start: whoever decides on one appends with its revision, so that a stale
 * one costs a repetition and never a wrong event.
 */
export class StateCache {
  readonly #entries = new Map<string, CachedState & { weight: number }>();
  #weight = 0;

  get(stream: string): CachedState | undefined {
    const entry = this.#entries.get(stream);
    if (entry === undefined) return undefined;
    this.#entries.delete(stream);
    this.#entries.set(stream, entry);
    return entry;
  }

  set(stream: string, cached: CachedState): void {
    this.forget(stream);
    const weight = weigh(cached.state);
    this.#entries.set(stream, { ...cached, weight });
    this.#weight += weight;
    for (const [oldest, entry] of this.#entries) {
      if (this.#weight <= MAX_WEIGHT) break;
      this.#entries.delete(oldest);
      this.#weight -= entry.weight;
    }
  }

  forget(stream: string): void {
    const entry = this.#entries.get(stream);
    if (entry === undefined) return;
    this.#entries.delete(stream);
    this.#weight -= entry.weight;
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
