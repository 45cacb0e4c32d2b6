import type { Kysely, Transaction } from 'kysely';
import type { RecordedEvent } from '../application/ports/event-store.js';
import type { Vault } from '../application/ports/vault.js';
import type { HookledgerEvent } from '../domain/events.js';
import type { ReadTables } from './read-tables.js';

/** An event as projections read it. */
export type ProjectedEvent = RecordedEvent & HookledgerEvent;

/**
 * One read model: its tables, and how events change them. What stands in the tables follows from the events alone, in
 * whatever batches they came, so that tables can be thrown away and built again.
 */
export interface Projection {
  /** Its checkpoint's name. */
  readonly name: string;
  /** To be raised with every change to the tables or to `apply`: the tables are built anew by the next start. */
  readonly version: number;
  readonly tables: readonly (keyof ReadTables)[];
  /** Whether it may be a tenth of a second late: under load it then takes many events at once, which costs far less. */
  readonly inBulk?: boolean;
  /** The events that mean something to it; others never reach `apply`. */
  readonly handles: ReadonlySet<HookledgerEvent['type']>;
  /** Those of them whose sealed fields it needs; all others come as they are stored. None unless given. */
  readonly opens?: ReadonlySet<HookledgerEvent['type']>;
  /** Which of these it needs, where what is not sealed tells; all of them unless given. */
  opensOnly?(event: ProjectedEvent): boolean;
  create(db: Kysely<ReadTables>): Promise<void>;
  /**
   * Takes in some events, in order, inside the transaction that also moves the checkpoint. At least one event.
   * @param vault seals what is kept of profiles: read models hold nothing in clear that a key protects elsewhere
   */
  apply(events: readonly ProjectedEvent[], transaction: Transaction<ReadTables>, vault: Vault): Promise<void>;
}

/** The id in a stream's name: `idOf('flow-', event)` of the stream `flow-1` is `1`. */
export const idOf = (prefix: string, { stream }: RecordedEvent): string => stream.slice(prefix.length);

export const handling = (...types: HookledgerEvent['type'][]): ReadonlySet<HookledgerEvent['type']> => new Set(types);

export const DELIVERY_EVENTS = [
  'DeliveryRequested',
  'DeliveryAttempted',
  'DeliverySucceeded',
  'DeliveryAttemptFailed',
  'DeliveryRetried',
  'DeliveryFailed',
  'DeliverySkipped',
  'DeliveryResent',
] as const;
