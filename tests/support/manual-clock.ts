import type { Clock } from '../../src/application/ports/clock.js';

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now: number;
  readonly #timers = new Set<{ at: number; callback: () => void }>();

  constructor(now: string | number = '2026-01-01T00:00:00Z') {
    this.#now = typeof now === 'string' ? Date.parse(now) : now;
  }

  now(): number {
    return this.#now;
  }

  at(epochMs: number, callback: () => void): () => void {
    const timer = { at: epochMs, callback };
    this.#timers.add(timer);
    if (epochMs <= this.#now) queueMicrotask(() => this.fire());
    return () => this.#timers.delete(timer);
  }

  /** Moves on and calls back what fell due, in order of time. */
  advance(ms: number): void {
    this.#now += ms;
    this.fire();
  }

  /** When the next timer is due; undefined where none is set. */
  get nextTimer(): number | undefined {
    const times = [...this.#timers].map(({ at }) => at);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  private fire(): void {
    const due = [...this.#timers].filter(({ at }) => at <= this.#now).sort((a, b) => a.at - b.at);
    for (const timer of due) if (this.#timers.delete(timer)) timer.callback();
  }
}
