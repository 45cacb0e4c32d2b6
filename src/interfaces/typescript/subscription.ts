import type { EventMetadata, EventStore, Position, RecordedEvent } from '../../application/ports/event-store.js';
import { BEFORE_ALL } from '../../application/ports/event-store.js';
import type { Vault } from '../../application/ports/vault.js';
import { withoutSecrets } from '../../application/queries/history.js';
import type { HookledgerEvent } from '../../domain/events.js';
import type { UnderWay } from './under-way.js';

/** The name of a kind of event. */
export type EventType = HookledgerEvent['type'];

/** The data of an event as anybody may see it: header values partially hashed, secrets as `•••`, and no hashes of API keys. */
export type ShownData<Data> = Data extends { secretSha256: string }
  ? Omit<Data, 'secretSha256'>
  : Data extends { recoveryCodes: unknown }
    ? Omit<Data, 'recoveryCodes'> & { recoveryCodes: '•••' }
    : Data;

/** Where an event stands, and who did it because of what. */
export interface EventPlace {
  /** A UUID. */
  id: string;
  /** What it is about, such as `delivery-{id}`. */
  stream: string;
  /** Counts the stream's events, from 0 without a gap. */
  revision: number;
  /** Rises from event to event, with or without gaps: what to go on after. */
  position: Position;
  /** Who did it, when, and because of what. */
  metadata: EventMetadata;
}

/** A recorded event; `type` says what its `data` holds. */
export type LedgerEvent<Type extends EventType = EventType> = Type extends unknown
  ? EventPlace & { type: Type; data: ShownData<Extract<HookledgerEvent, { type: Type }>['data']> }
  : never;

/** What to hear of, and from where on. */
export interface SubscribeOptions<Type extends EventType = EventType> {
  /** Only what comes after this position, such as that of the last event dealt with; everything from the first event on unless given. */
  after?: Position;
  /** Only these kinds of events; all unless given. */
  types?: readonly Type[];
  /** Ends the subscription, without an error. */
  signal?: AbortSignal;
}

/** What was recorded and what will be, in order, without a gap or a double, at the consumer's pace. */
export async function* subscribe<Type extends EventType>(
  { after = BEFORE_ALL, types, signal }: SubscribeOptions<Type>,
  eventStore: EventStore,
  vault: Vault,
  underWay: UnderWay,
): AsyncGenerator<LedgerEvent<Type>, void, undefined> {
  const wanted = types && new Set<string>(types);
  const end = AbortSignal.any([underWay.closing, ...(signal === undefined ? [] : [signal])]);
  const leaving = new AbortController();
  const batches = eventStore
    .subscribe({ after, signal: AbortSignal.any([end, leaving.signal]) })
    [Symbol.asyncIterator]();
  try {
    while (!end.aborted) {
      // Closing waits for the reading, not for what the consumer does with it.
      const { done, value } = await underWay.run(() => batches.next());
      if (done) return;
      for (const event of value.events) {
        if (end.aborted) return;
        if (wanted === undefined || wanted.has(event.type)) yield shown<Type>(event, vault);
      }
    }
  } finally {
    leaving.abort();
    await batches.return?.();
  }
}

function shown<Type extends EventType>(event: RecordedEvent, vault: Vault): LedgerEvent<Type> {
  const { id, type, stream, revision, position, metadata } = event;
  const data = withoutSecrets(event as RecordedEvent & HookledgerEvent, vault);
  return { id, type, stream, revision, position, metadata, data } as LedgerEvent<Type>;
}
