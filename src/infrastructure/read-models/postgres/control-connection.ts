import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from '../../../application/ports/logger.js';
import { clientSettings } from './connections.js';

/** How often is asked whether the connection still stands, and how long the answer may take; milliseconds. */
const HEARTBEAT_MS = 2_000;
const HEARTBEAT_TIMEOUT_MS = 5_000;

const FIRST_BACK_OFF_MS = 100;
const LAST_BACK_OFF_MS = 2_000;

/** The connection as it stands now. Its advisory locks end with it, whichever way it ends. */
export class Session {
  /** pg takes one query at a time. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly client: pg.Client,
    private readonly channel: string,
    /** Aborts when the connection is lost, and all locks with it. */
    readonly ended: AbortSignal,
  ) {}

  /** Takes the lock of this name in the database, if nobody has it. */
  tryLock(name: string): Promise<boolean> {
    return this.lock('pg_try_advisory_lock', name);
  }

  async unlock(name: string): Promise<void> {
    if (!this.ended.aborted) await this.lock('pg_advisory_unlock', name).catch(() => false);
  }

  query(text: string, values: readonly string[] = []): Promise<pg.QueryResult<{ done?: boolean }>> {
    const result = this.#last.then(() => this.client.query<{ done?: boolean }>(text, [...values]));
    this.#last = result.catch(() => {});
    return result;
  }

  private async lock(call: string, name: string): Promise<boolean> {
    const text = `select ${call}(hashtext($1), hashtext($2)) as done`;
    return (await this.query(text, [this.channel, name])).rows[0]?.done === true;
  }
}

interface Handlers {
  /** For each connection made, before anybody uses it. */
  connected(session: Session): Promise<void>;
  notified(payload: string): void;
}

/**
 * A process's one connection for what belongs to a session: advisory locks, which say who leads and which worker is alive,
 * and notifications of commits. It heals by itself. It must reach PostgreSQL itself, not a pooler that shares sessions out.
 */
export class ControlConnection {
  #session: Session | undefined;
  #client: pg.Client | undefined;
  #closed = false;
  #running: Promise<void> | undefined;

  constructor(
    private readonly url: string,
    private readonly channel: string,
    private readonly handlers: Handlers,
    private readonly logger: Logger,
  ) {}

  /** Undefined while there is none. */
  get session(): Session | undefined {
    return this.#session;
  }

  /** Resolves once the first connection stands. @throws what pg throws */
  async start(): Promise<void> {
    const { lost } = await this.connect();
    this.#running = this.keep(lost);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#client?.end().catch(() => {});
    await this.#running;
  }

  private async keep(lost: Promise<void>): Promise<void> {
    let ended = lost;
    for (;;) {
      await ended;
      this.#session = undefined;
      if (this.#closed) return;
      this.logger.warn(
        {},
        'the control connection to PostgreSQL was lost: this process leads nothing until it is back',
      );
      for (let wait = FIRST_BACK_OFF_MS; ; wait = Math.min(wait * 2, LAST_BACK_OFF_MS)) {
        await pause(wait * (0.5 + Math.random() / 2));
        if (this.#closed) return;
        try {
          ended = (await this.connect()).lost;
          break;
        } catch (error) {
          this.logger.debug({ error }, 'PostgreSQL is still away');
        }
      }
      this.logger.info({}, 'the control connection to PostgreSQL is back');
    }
  }

  private async connect(): Promise<{ lost: Promise<void> }> {
    const client = new pg.Client({ ...clientSettings(this.url), query_timeout: HEARTBEAT_TIMEOUT_MS });
    const ended = new AbortController();
    let lose = (): void => {};
    const lost = new Promise<void>((resolve) => {
      lose = () => {
        clearInterval(heartbeat);
        ended.abort();
        client.end().catch(() => {});
        resolve();
      };
    });
    const session = new Session(client, this.channel, ended.signal);
    const heartbeat = setInterval(() => void session.query('select 1').catch(lose), HEARTBEAT_MS);
    client.on('error', lose);
    client.on('end', lose);
    client.on('notification', ({ payload }) => this.handlers.notified(payload ?? ''));
    this.#client = client;
    try {
      await client.connect();
      await session.query(`listen ${pg.escapeIdentifier(this.channel)}`);
      await this.handlers.connected(session);
      this.#session = session;
    } catch (error) {
      lose();
      throw error;
    }
    return { lost };
  }
}
