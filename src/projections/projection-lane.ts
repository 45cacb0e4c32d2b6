import type { Kysely, Transaction } from 'kysely';
import { type Clock, pause } from '../application/ports/clock.js';
import { BEFORE_ALL, type EventStore, type Position } from '../application/ports/event-store.js';
import type { Leadership } from '../application/ports/leadership.js';
import type { Logger } from '../application/ports/logger.js';
import type { Vault } from '../application/ports/vault.js';
import type { ProjectedEvent, Projection } from './projection.js';
import type { Commit, ProjectionProgress } from './projection-progress.js';
import type { ReadTables } from './read-tables.js';

/** Events in a transaction at the most: large enough to rebuild fast, small enough to let others in. */
export const BATCH = 1_000;

/** How long to wait before a batch that could not be applied is tried again; milliseconds. */
const PAUSE_AFTER_ERROR = 1_000;

/** Has a commit told to whoever waits for it, in whichever process: inside its transaction, or after it. */
export interface CommitNews {
  inTransaction?(transaction: Transaction<ReadTables>, commit: Commit): Promise<void>;
  afterCommit?(commit: Commit): Promise<void>;
}

export interface LaneParts {
  eventStore: EventStore;
  db: Kysely<ReadTables>;
  leadership: Leadership;
  vault: Vault;
  news: CommitNews;
  progress: ProjectionProgress;
  clock: Clock;
  logger: Logger;
}

/** Somebody else has moved the checkpoints: another leader, or tables that were built anew and put in their place. */
class CheckpointsMoved extends Error {
  override readonly name = 'CheckpointsMoved';

  constructor() {
    super(
      'the checkpoints are not where this process left them: another one has taken over, or the tables were swapped',
    );
  }
}

/**
 * Projections that go along together. A batch of events, the rows of all of them and their checkpoints are one transaction
 * that begins with moving the checkpoints on from where they are known to be, so that each event takes effect exactly
 * once, whenever the process dies and whoever else believes that it leads.
 */
export class ProjectionLane {
  readonly #stop = new AbortController();
  readonly #positions = new Map<string, Position>();
  readonly #names: readonly string[];
  #running: Promise<void> | undefined;

  /** @param everyMs the least time from the beginning of a batch to that of the next, in milliseconds */
  constructor(
    private readonly projections: readonly Projection[],
    private readonly everyMs: number,
    private readonly parts: LaneParts,
  ) {
    this.#names = projections.map(({ name }) => name);
  }

  /** The position up to which all of its projections have taken in the events. */
  get position(): Position {
    return Math.min(...this.#positions.values());
  }

  /** What leadership knows it by. */
  get name(): string {
    return `projections ${this.#names.join(', ')}`;
  }

  /** Reads the checkpoints. @throws where the tables are of another version: they were swapped under this process */
  async prepare(): Promise<void> {
    const { db } = this.parts;
    const rows = await db.selectFrom('projection_checkpoints').selectAll().where('name', 'in', this.#names).execute();
    for (const { name, version } of this.projections) {
      const there = rows.find((row) => row.name === name)?.version;
      if (there !== version) {
        throw new Error(
          `the tables of ${name} are of version ${there ?? 'none'}, and this process keeps version ${version}; replace it by one of theirs`,
        );
      }
    }
    for (const { name, position } of rows) this.#positions.set(name, Number(position));
  }

  start(): void {
    this.#running ??= this.parts.leadership.lead(this.name, this.#stop.signal, (signal) => this.run(signal));
  }

  /** Finishes the batch in hand. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Takes in a batch of events; those that it knows already mean nothing to it. */
  async take(events: readonly ProjectedEvent[]): Promise<void> {
    const { db, vault, news, progress } = this.parts;
    const last = events.at(-1) as ProjectedEvent;
    const changed: string[] = [];
    const commit: Commit = { names: this.#names, position: last.position, changed };
    const opened = await this.opened(events);
    await db.transaction().execute(async (transaction) => {
      await this.moveOn(transaction, last);
      for (const { name, handles, apply } of this.projections) {
        const from = this.#positions.get(name) ?? BEFORE_ALL;
        const its = (opened.get(name) ?? events).filter(({ type, position }) => position > from && handles.has(type));
        if (its.length === 0) continue;
        changed.push(name);
        await apply(its, transaction, vault);
      }
      await news.inTransaction?.(transaction, commit);
    });
    for (const [name, position] of this.#positions) {
      if (position < last.position) this.#positions.set(name, last.position);
    }
    progress.stuck(this.#names, null);
    await news.afterCommit?.(commit);
  }

  /** The events as each projection that opens any needs them; opened before the transaction, which holds up others. */
  private async opened(events: readonly ProjectedEvent[]): Promise<ReadonlyMap<string, readonly ProjectedEvent[]>> {
    const opened = new Map<string, readonly ProjectedEvent[]>();
    for (const { name, opens, opensOnly } of this.projections) {
      const sealed = opens && events.filter((event) => opens.has(event.type) && (opensOnly?.(event) ?? true));
      if (sealed === undefined || sealed.length === 0) continue;
      const openOf = new Map((await this.parts.vault.open(sealed)).map((event) => [event.position, event]));
      opened.set(
        name,
        events.map((event) => openOf.get(event.position) ?? event),
      );
    }
    return opened;
  }

  /** @throws CheckpointsMoved where they aren't as this process left them */
  private async moveOn(transaction: Transaction<ReadTables>, { id, position: to }: ProjectedEvent): Promise<void> {
    const behind = this.projections.filter(({ name }) => (this.#positions.get(name) ?? BEFORE_ALL) < to);
    if (behind.length === 0) return;
    const { numUpdatedRows } = await transaction
      .updateTable('projection_checkpoints')
      .set({ position: to, event_id: id, error: null })
      .where((where) =>
        where.or(
          behind.map(({ name, version }) =>
            where.and({ name, version, position: this.#positions.get(name) ?? BEFORE_ALL }),
          ),
        ),
      )
      .executeTakeFirst();
    if (Number(numUpdatedRows) !== behind.length) throw new CheckpointsMoved();
  }

  private async run(signal: AbortSignal): Promise<void> {
    const { eventStore, clock } = this.parts;
    try {
      await this.prepare();
      for await (const { events } of eventStore.subscribe({ after: this.position, batchSize: BATCH, signal })) {
        const began = clock.now();
        await this.take(events as readonly ProjectedEvent[]);
        if (signal.aborted) return;
        const left = began + this.everyMs - clock.now();
        // A full batch has more behind it, and nothing is won by waiting.
        if (left > 0 && events.length < BATCH) await pause(clock, left, signal);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof CheckpointsMoved)) await this.stuck(error);
      await pause(clock, PAUSE_AFTER_ERROR, signal);
    }
  }

  /** Nothing was written of the batch; that it failed is, so that `projections status` can tell. */
  private async stuck(error: unknown): Promise<void> {
    const { db, progress, logger } = this.parts;
    const message = error instanceof Error ? error.message : String(error);
    progress.stuck(this.#names, message);
    logger.error({ error, after: this.position }, 'events could not be projected; trying again in a second');
    await db
      .updateTable('projection_checkpoints')
      .set({ error: message })
      .where((where) => where.or(this.projections.map(({ name, version }) => where.and({ name, version }))))
      .execute()
      .catch(() => {});
  }
}
