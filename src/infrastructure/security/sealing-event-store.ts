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
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
  ) {}

  get atomic(): boolean {
    return this.store.atomic;
  }

  async append(stream: string, expectedRevision: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    return this.store.append(stream, expectedRevision, await this.vault.seal(stream, events));
  }

  async appendMany(appends: readonly StreamAppend[]): Promise<readonly AppendResult[]> {
    const sealed = await Promise.all(
      appends.map(async (append) => ({ ...append, events: await this.vault.seal(append.stream, append.events) })),
    );
    return this.store.appendMany(sealed);
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

  close(): Promise<void> {
    return this.store.close();
  }
}
