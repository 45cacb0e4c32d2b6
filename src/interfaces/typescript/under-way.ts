import { HookledgerClosed } from './hookledger-closed.js';

/** What was asked and has not answered yet: closing waits for it, and nothing is asked afterwards. */
export class UnderWay {
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  /** Aborts when closing begins. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** @throws HookledgerClosed */
  async run<T>(ask: () => Promise<T>): Promise<T> {
    if (this.closing.aborted) throw new HookledgerClosed();
    const running = ask().finally(() => this.#running.delete(running));
    this.#running.add(running);
    return running;
  }

  /** The same object with each of its functions run this way. */
  guard<Group extends object>(group: Group): Group {
    return Object.fromEntries(
      Object.entries(group).map(([name, ask]) => [name, (...given: unknown[]) => this.run(async () => ask(...given))]),
    ) as Group;
  }

  /** Takes no more, and resolves once all is answered. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running);
  }
}
