/**
 * So many attempts of one kind within a time, counted in memory. An attempt counts from its beginning, so that many at once
 * are no way around it; whoever turns out to be right gives theirs back.
 */
export class AttemptLimit {
  /** When the attempts were made, oldest first; keys in the order of their last attempt. */
  readonly #attempts = new Map<string, number[]>();

  constructor(
    private readonly limit: number,
    private readonly windowMs: number,
    /** The keys remembered; the one that was quiet for longest is forgotten first. */
    private readonly maxKeys = 10_000,
  ) {}

  /** Counts an attempt. @returns where there were too many: when the next one may be made */
  take(key: string, now: number): number | undefined {
    const recent = (this.#attempts.get(key) ?? []).filter((at) => now - at < this.windowMs);
    const first = recent[0];
    if (recent.length >= this.limit && first !== undefined) return first + this.windowMs;
    recent.push(now);
    this.#attempts.delete(key);
    this.#attempts.set(key, recent);
    const [quietest] = this.#attempts.keys();
    if (this.#attempts.size > this.maxKeys && quietest !== undefined) this.#attempts.delete(quietest);
    return undefined;
  }

  giveBack(key: string, at: number): void {
    const attempts = this.#attempts.get(key) ?? [];
    const index = attempts.indexOf(at);
    if (index !== -1) attempts.splice(index, 1);
    if (attempts.length === 0) this.#attempts.delete(key);
  }
}
