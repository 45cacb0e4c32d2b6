import { Kysely, PostgresDialect, type PostgresPool } from 'kysely';
import pg from 'pg';
import type { Logger } from '../../../application/ports/logger.js';
import type { ReadTables } from '../../../projections/read-tables.js';
import { isUnreachable, unusable } from './unusable.js';

/** Connections of a process to the database: these for writing, these for queries, and one for control. */
export const WRITING_CONNECTIONS = 6;
export const READING_CONNECTIONS = 6;

const CONNECT_TIMEOUT_MS = 10_000;

/** A statement is prepared on its connection once it was given this often; others are sent as they are. */
const PREPARED_FROM = 3;
const MOST_PREPARED = 256;

/** int8 as a number: positions, counts and epoch milliseconds are all far below 2^53. */
const INT8 = 20;
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 && format !== 'binary'
      ? Number
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

export const clientSettings = (url: string): pg.ClientConfig => ({
  connectionString: url,
  application_name: 'hookledger',
  connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  keepAlive: true,
  types,
});

/**
 * Kysely on a pool of its own, whose sessions begin with the options, such as `jit=off`. A lost connection is replaced when
 * the next statement needs one; until the server is back, statements are refused as {@link ReadModelsUnusable}.
 * @param where the URL as it may be shown
 */
export function connectPool<Tables = ReadTables>(
  url: string,
  where: string,
  max: number,
  logger: Logger,
  options = 'jit=off',
): Kysely<Tables> {
  const pool = new pg.Pool({ ...clientSettings(withOptions(url, options)), max });
  // Without a listener a connection that breaks while it is idle ends the process.
  pool.on('error', (error) => logger.warn({ error: error.message }, 'a connection to PostgreSQL was lost'));
  // One that breaks while it is used fails its statement; without a listener it would end the process too.
  pool.on('connect', (client) => client.on('error', () => {}));
  return new Kysely({ dialect: new PostgresDialect({ pool: new Preparing(pool, where) as unknown as PostgresPool }) });
}

/** Has statements prepared that come again and again, and keeps out what PostgreSQL's text can't hold. */
class Preparing {
  readonly #seen = new Map<string, { name: string; times: number }>();

  constructor(
    private readonly pool: pg.Pool,
    private readonly where: string,
  ) {}

  async connect() {
    const client = await this.told(this.pool.connect());
    return {
      query: (text: unknown, values: readonly unknown[] = []) =>
        this.told(
          typeof text === 'string'
            ? client.query({ text, values: values.map(storable), ...this.named(text) })
            : client.query(text as string),
        ),
      release: () => client.release(),
    };
  }

  end(): Promise<void> {
    return this.pool.end();
  }

  private async told<T>(result: Promise<T>): Promise<T> {
    try {
      return await result;
    } catch (error) {
      throw isUnreachable(error) ? unusable(this.where, error) : error;
    }
  }

  private named(text: string): { name?: string } {
    let known = this.#seen.get(text);
    if (known === undefined) {
      if (this.#seen.size >= MOST_PREPARED) return {};
      known = { name: `hookledger_${this.#seen.size}`, times: 0 };
      this.#seen.set(text, known);
    }
    return ++known.times < PREPARED_FROM ? {} : { name: known.name };
  }
}

/** PostgreSQL's text has no NUL; in its place stands what Unicode has for what can't be shown. */
const storable = (value: unknown): unknown =>
  typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;

/** The URL for the same database with tables in another schema. */
export const inSchema = (url: string, schema: string): string => withOptions(url, `search_path=${schema}`);

/** The URL with session settings, after those that it has. */
function withOptions(url: string, options: string): string {
  const changed = new URL(url);
  const present = changed.searchParams.get('options');
  const more = options
    .split(' ')
    .map((option) => `-c ${option}`)
    .join(' ');
  changed.searchParams.set('options', present === null ? more : `${present} ${more}`);
  return changed.href;
}
