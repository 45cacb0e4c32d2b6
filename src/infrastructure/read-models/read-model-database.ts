import type { Kysely } from 'kysely';
import type { DeliveryQueue } from '../../application/ports/delivery-queue.js';
import type { EventStore, Position } from '../../application/ports/event-store.js';
import type { Leadership } from '../../application/ports/leadership.js';
import type { Vault } from '../../application/ports/vault.js';
import type { Projection } from '../../projections/projection.js';
import type { CommitNews } from '../../projections/projection-lane.js';
import type { ProjectionProgress } from '../../projections/projection-progress.js';
import type { ReadTables } from '../../projections/read-tables.js';

/** The read models can't be used; the message says why and what to do. */
export class ReadModelsUnusable extends Error {
  override readonly name = 'ReadModelsUnusable';
}

/** Tables that are built anew beside the live ones. */
export type Rebuild =
  /** By whichever process; since when, in epoch milliseconds. */
  | { state: 'running'; position: Position; since: number }
  /** Its process is gone: what it built is of no use, and the live tables are as they were. */
  | { state: 'broken off'; position: Position }
  /** This process tried in vain; the live tables are as they were. */
  | { state: 'failed'; message: string };

/** Where the read models and the queue are, and what goes on between the processes that share them. */
export interface ReadModelDatabase {
  /** For projections, the queue and checkpoints. */
  readonly writer: Kysely<ReadTables>;
  /** For queries: they see whole batches, and hold up nobody. */
  readonly reader: Kysely<ReadTables>;
  /** Projections that share a transaction, and a leader. */
  readonly lanes: readonly (readonly Projection[])[];
  readonly leadership: Leadership;
  /** Whether one process has them for itself. */
  readonly exclusive: boolean;

  /** Makes the tables fit for going on, and tells why any begins from the start. @throws ReadModelsUnusable */
  prepare(eventStore: EventStore): Promise<ReadonlyMap<string, string>>;

  /** By this, commits are told to all processes. */
  readonly news: CommitNews;

  /** Begins to keep `progress` up to date with every commit, of whichever process. */
  follow(progress: ProjectionProgress): Promise<void>;

  /** @param perOrigin attempts under way at once to one origin, of all workers together */
  newQueue(workerId: string, perOrigin: number, progress: ProjectionProgress): DeliveryQueue;

  /** What they take up on the disk, with indexes; bytes. */
  size(): Promise<number>;

  /** The rebuild that goes on beside the live tables, or that came to nothing; undefined where there is none. */
  rebuild(): Promise<Rebuild | undefined>;

  /**
   * Builds all tables anew beside the live ones and swaps them in, in this process, beside its other work. Resolves once it has
   * begun; what becomes of it {@link rebuild} says. Not there where nobody may have the tables open meanwhile.
   */
  startRebuild?(eventStore: EventStore, vault: Vault): Promise<void>;

  /** In a few words, for /readyz; undefined where all is well. */
  problem(): string | undefined;

  /** Waits for the queries in hand, and breaks off a rebuild of this process. */
  close(): Promise<void>;
}
