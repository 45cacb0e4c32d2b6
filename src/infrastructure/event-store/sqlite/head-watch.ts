import type { Position } from '../../../application/ports/event-store.js';

/** How often is looked for events that other processes appended, while anybody waits for them. */
const POLL_MS = 100;

interface Waiting {
  readonly after: Position;
  readonly wake: () => void;
}

/** Wakes subscribers when the log grows: at once by this process's own appends, by polling for those of others. */
export class HeadWatch {
  readonly #waiting = new Set<Waiting>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly headPosition: () => Position) {}

  /**
   * Resolves once there may be events after the position, the signal aborts, or {@link wakeAll} is called. To be called in the
   * same turn as the reading that found none, so that nothing falls in between.
   */
  past(after: Position, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const waiting = {
        after,
        wake: () => {
          this.#waiting.delete(waiting);
          signal.removeEventListener('abort', waiting.wake);
          resolve();
        },
      };
      this.#waiting.add(waiting);
      signal.addEventListener('abort', waiting.wake);
      this.#timer ??= setInterval(() => this.#look(), POLL_MS).unref();
    });
  }

  wakeAll(): void {
    for (const { wake } of [...this.#waiting]) wake();
  }

  /** Wakes everybody for the last time. */
  end(): void {
    this.wakeAll();
    clearInterval(this.#timer);
  }

  #look(): void {
    if (this.#waiting.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    let head: Position;
    try {
      head = this.headPosition();
    } catch {
      // Whoever reads next gets the error, with somebody there to deal with it.
      this.wakeAll();
      return;
    }
    for (const { after, wake } of [...this.#waiting]) if (head > after) wake();
  }
}
