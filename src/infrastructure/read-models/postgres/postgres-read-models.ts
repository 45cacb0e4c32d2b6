import { type Kysely, sql, type Transaction } from 'kysely';
import type { Clock } from '../../../application/ports/clock.js';
import type { EventStore } from '../../../application/ports/event-store.js';
import type { Logger } from '../../../application/ports/logger.js';
import type { Vault } from '../../../application/ports/vault.js';
import type { CommitNews } from '../../../projections/projection-lane.js';
import type { Commit, ProjectionProgress } from '../../../projections/projection-progress.js';
import { LANES_OF_MANY_PROCESSES, PROJECTIONS } from '../../../projections/projections.js';
import type { ReadTables } from '../../../projections/read-tables.js';
import { type ReadModelDatabase, ReadModelsUnusable, type Rebuild } from '../read-model-database.js';
import { connectPool, READING_CONNECTIONS, WRITING_CONNECTIONS } from './connections.js';
import { ControlConnection, type Session } from './control-connection.js';
import { PostgresDeliveryQueue } from './postgres-delivery-queue.js';
import { PostgresLeadership } from './postgres-leadership.js';
import { rebuildSchema, TABLES } from './rebuild-schema.js';
import { rebuildBeside } from './rebuild-watch.js';
import { createTables, stateOf } from './tables.js';
import { unusable } from './unusable.js';

/** How often the checkpoints are looked at beside the notifications, so that one that was missed does no harm; milliseconds. */
const REFRESH_MS = 1_000;

/** Whatever writes here looks rows up by their keys; an empty table's statistics must not talk it out of the index. */
const WRITING_OPTIONS = 'enable_seqscan=off jit=off';
const READING_OPTIONS = 'default_transaction_read_only=on jit=off';

/**
 * The read models in a PostgreSQL database that any number of processes share: each lane of projections is kept by one of
 * them, and every commit is told to all by NOTIFY.
 */
export class PostgresReadModels implements ReadModelDatabase {
  readonly exclusive = false;
  readonly lanes = LANES_OF_MANY_PROCESSES;
  readonly leadership: PostgresLeadership;
  readonly writer: Kysely<ReadTables>;
  readonly reader: Kysely<ReadTables>;
  readonly news: CommitNews = {
    inTransaction: async (transaction: Transaction<ReadTables>, commit: Commit) => {
      await sql`select pg_notify(${this.channel}, ${JSON.stringify(commit)})`.execute(transaction);
    },
  };
  /** What notifications and locks of these tables go by. */
  private readonly channel: string;
  readonly #control: ControlConnection;
  readonly #queues: PostgresDeliveryQueue[] = [];
  #progress: ProjectionProgress | undefined;
  /** News are taken in one after the other, in the order in which they came. */
  #news: Promise<void> = Promise.resolve();
  #refreshing: NodeJS.Timeout | undefined;
  #rebuilding: Promise<void> | undefined;
  #rebuildFailure: string | undefined;
  readonly #closing = new AbortController();

  private constructor(
    private readonly url: string,
    private readonly where: string,
    private readonly schema: string,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.writer = connectPool(url, where, WRITING_CONNECTIONS, logger, WRITING_OPTIONS);
    this.reader = connectPool(url, where, READING_CONNECTIONS, logger, READING_OPTIONS);
    const handlers = {
      connected: async (session: Session) => {
        for (const queue of this.#queues) await queue.sayAlive(session);
        this.refresh();
      },
      notified: (payload: string) => this.take(JSON.parse(payload) as Commit),
    };
    this.channel = `hookledger ${schema}`;
    this.#control = new ControlConnection(url, this.channel, handlers, logger);
    this.leadership = new PostgresLeadership(this.#control, clock);
  }

  /**
   * @param where the URL as it may be shown
   * @throws ReadModelsUnusable
   */
  static async open(url: string, where: string, clock: Clock, logger: Logger): Promise<PostgresReadModels> {
    const trial = connectPool(url, where, 1, logger);
    try {
      const { rows } = await sql<{ schema: string | null }>`select current_schema() as schema`.execute(trial);
      const schema = rows[0]?.schema;
      if (schema == null) throw Object.assign(new Error('no schema'), { code: '3F000' });
      const models = new PostgresReadModels(url, where, schema, clock, logger);
      await models.#control.start().catch(async (error: unknown) => {
        await models.close();
        throw error;
      });
      return models;
    } catch (error) {
      throw unusable(where, error);
    } finally {
      await trial.destroy();
    }
  }

  async prepare(eventStore: EventStore): Promise<ReadonlyMap<string, string>> {
    const problem = (sentence: string): ReadModelsUnusable =>
      new ReadModelsUnusable(`The read models at ${this.where} ${sentence}.`);
    try {
      const state = await stateOf(this.writer, eventStore);
      switch (state.kind) {
        case 'none':
          await createTables(this.writer);
          return new Map(PROJECTIONS.map(({ name }) => [name, 'new']));
        case 'older':
          throw problem(`are of an older version (${state.projection}); run hookledger migrate`);
        case 'newer':
          throw problem(`are of a newer version (${state.projection}); run the version of hookledger that made them`);
        case 'other-events':
          throw problem(
            `were built from another event store (${state.projection}); correct HOOKLEDGER_EVENT_STORE, or run hookledger projections rebuild`,
          );
        case 'current':
          return new Map();
      }
    } catch (error) {
      throw unusable(this.where, error);
    }
  }

  async follow(progress: ProjectionProgress): Promise<void> {
    await progress.refresh(this.reader);
    this.#progress = progress;
    this.#refreshing = setInterval(() => this.refresh(), REFRESH_MS);
  }

  newQueue(workerId: string, perOrigin: number, progress: ProjectionProgress): PostgresDeliveryQueue {
    const queue = new PostgresDeliveryQueue(this.writer, workerId, perOrigin, this.#control, this.clock, this.logger);
    this.#queues.push(queue);
    progress.onCommit((changed) => {
      if (changed.has('queue')) queue.changed();
    });
    return queue;
  }

  async size(): Promise<number> {
    const { rows } = await sql<{ size: number }>`
      select coalesce(sum(pg_total_relation_size(oid)), 0)::bigint as size from pg_class
      where relnamespace = (select oid from pg_namespace where nspname = ${this.schema}) and relname = any(${TABLES}::text[])`.execute(
      this.reader,
    );
    return Number(rows[0]?.size);
  }

  async rebuild(): Promise<Rebuild | undefined> {
    const beside = await rebuildBeside(this.reader, this.schema);
    if (beside !== undefined || this.#rebuildFailure === undefined) return beside;
    return { state: 'failed', message: this.#rebuildFailure };
  }

  startRebuild(eventStore: EventStore, vault: Vault): Promise<void> {
    return new Promise((begun) => {
      if (this.#rebuilding !== undefined) return begun();
      this.#rebuildFailure = undefined;
      this.logger.info({}, 'the read models are built anew beside the live ones');
      const go = (): void => {
        begun();
        this.#closing.signal.throwIfAborted();
      };
      this.#rebuilding = rebuildSchema(eventStore, vault, this.url, this.where, this.logger, go)
        .then((position) => this.logger.info({ position }, 'the read models were built anew'))
        .catch((error: unknown) => {
          if (this.#closing.signal.aborted) return;
          this.#rebuildFailure = error instanceof Error ? error.message : String(error);
          this.logger.error({ error }, 'the read models could not be built anew');
        })
        .finally(() => {
          this.#rebuilding = undefined;
          begun();
        });
    });
  }

  problem(): string | undefined {
    return this.#control.session === undefined ? `the connection to ${this.where} is lost` : undefined;
  }

  async close(): Promise<void> {
    clearInterval(this.#refreshing);
    this.#closing.abort();
    await this.#rebuilding;
    await this.#control.close();
    await this.#news;
    await this.reader.destroy();
    await this.writer.destroy();
  }

  private take(commit: Commit): void {
    this.inOrder(async (progress) => progress.committed(commit));
  }

  private refresh(): void {
    this.inOrder(async (progress) => progress.refresh(this.reader));
  }

  private inOrder(work: (progress: ProjectionProgress) => Promise<void>): void {
    const progress = this.#progress;
    if (progress === undefined) return;
    this.#news = this.#news
      .then(() => work(progress))
      .catch((error: unknown) => this.logger.debug({ error }, 'news of the read models could not be taken in'));
  }
}
