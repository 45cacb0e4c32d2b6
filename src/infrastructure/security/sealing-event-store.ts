import type {
  AppendResult,
  EventBatch,
  EventStore,
  ExpectedRevision,
  NewEvent,
  Position,
  ReadAllOptions,
  ReadStreamOptions,
  RecordedEvent,
  StreamAppend,
  SubscribeOptions,
} from '../../application/ports/event-store.js';
import type { Vault } from '../../application/ports/vault.js';

/** An event store for those who may know: what is appended is sealed on the way in, and opened on the way out. */
export class SealingEventStore implements EventStore {
  readonly #appending = new Set<Promise<unknown>>();

  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
  ) {}

  get atomic(): boolean {
    return this.store.atomic;
  }

  append(stream: string, expectedRevision: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    return this.underWay(async () =>
      this.store.append(stream, expectedRevision, await this.vault.seal(stream, events)),
    );
  }

  appendMany(appends: readonly StreamAppend[]): Promise<readonly AppendResult[]> {
    return this.underWay(async () => {
      const sealed = await Promise.all(
        appends.map(async (append) => ({ ...append, events: await this.vault.seal(append.stream, append.events) })),
      );
      return this.store.appendMany(sealed);
    });
  }

  async readStream(stream: string, options?: ReadStreamOptions): Promise<readonly RecordedEvent[]> {
    return this.vault.open(await this.store.readStream(stream, options));
  }

  async *readAll(options?: ReadAllOptions): AsyncIterable<readonly RecordedEvent[]> {
    for await (const events of this.store.readAll(options)) yield this.vault.open(events);
  }

  async *subscribe(options: SubscribeOptions): AsyncIterable<EventBatch> {
    for await (const { events, position } of this.store.subscribe(options)) {
      yield { events: await this.vault.open(events), position };
    }
  }

  headPosition(): Promise<Position> {
    return this.store.headPosition();
  }

  async close(): Promise<void> {
    // What was given before is appended.
    await Promise.allSettled(this.#appending);
    await this.store.close();
  }

  private underWay<T>(append: () => Promise<T>): Promise<T> {
    const appending = append().finally(() => this.#appending.delete(appending));
    this.#appending.add(appending);
    return appending;
  }
}
