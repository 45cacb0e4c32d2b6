import { randomBytes } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { KeysUnusable } from '../../application/ports/vault.js';
import type { DataKeysTable, KeyTables, ProfileKeysTable } from './key-tables.js';
import type { MasterKey } from './master-key.js';
import type { MasterKeys } from './master-keys.js';
import { KEY_BYTES, open, seal } from './sealing.js';

/** Keys of profiles kept in memory, and for how long: another process may have destroyed one meanwhile. */
const MOST_IN_MEMORY = 20_000;
const MEMORY_MS = 30_000;

/** Profiles in one statement at the most. */
const IN_ONE_STATEMENT = 500;

/** The key of a profile; null where it was destroyed. */
export type ProfileKey = Buffer | null;

export interface SecretsKey {
  id: string;
  key: Buffer;
}

interface Waiting {
  create: boolean;
  resolve: (key: ProfileKey | undefined) => void;
  reject: (error: unknown) => void;
}

/** A key as it is moved: wrapped, and so worth nothing without its master key. */
export type StoredKey = ({ kind: 'data-key' } & DataKeysTable) | ({ kind: 'profile-key' } & ProfileKeysTable);

export interface KeysStatus {
  /** Keys for secrets, former ones too. */
  secrets: number;
  profiles: number;
  /** Keys of profiles that were forgotten. */
  destroyed: number;
  /** How many keys each master key wraps. */
  masters: readonly { id: string; keys: number }[];
}

/** What the place of the keys needs beyond statements. */
export interface KeyStore {
  /** Leaves nothing behind of what was overwritten. */
  erase(): Promise<void>;
  close(): Promise<void>;
}

/** The keys of an installation, each wrapped by the master key where it is stored. */
export class KeyRing {
  readonly #secrets = new Map<string, Buffer>();
  readonly #profiles = new Map<string, { key: ProfileKey; until: number }>();
  #waiting = new Map<string, Waiting[]>();
  #current: SecretsKey | undefined;
  #lookup: Buffer | undefined;

  constructor(
    private readonly db: Kysely<KeyTables>,
    private readonly masters: MasterKeys,
    private readonly store: KeyStore,
  ) {}

  /** Reads the installation's own keys, and makes them where there are none. @throws KeysUnusable */
  async prepare(): Promise<void> {
    if ((await this.loadDataKeys()) === 'complete') return;
    const wrapper = await this.masters.current();
    const now = new Date().toISOString();
    const made = [newDataKey('lookup', 'lookup', wrapper, now)];
    if (this.#current === undefined) made.push(newDataKey('secrets', newKeyId(), wrapper, now));
    await this.db
      .insertInto('data_keys')
      .values(made)
      .onConflict((conflict) => conflict.column('key_id').doNothing())
      .execute();
    await this.loadDataKeys();
  }

  /** The key that secrets are sealed by from now on. */
  get secretsKey(): SecretsKey {
    return this.#current as SecretsKey;
  }

  /** The key of keyed hashes; never changes. */
  get lookupKey(): Buffer {
    return this.#lookup as Buffer;
  }

  /** Whether the master key is kept in the file, beside what it wraps. */
  get masterKeyInFile(): boolean {
    return this.masters.keptInFile;
  }

  /** A key that secrets were sealed by. @throws KeysUnusable */
  async secretsKeyOf(id: string): Promise<Buffer> {
    // Another process may have rotated.
    if (!this.#secrets.has(id)) await this.loadDataKeys();
    const key = this.#secrets.get(id);
    if (key !== undefined) return key;
    throw new KeysUnusable(
      `Secrets are sealed under the key ${id}, which is not here; restore the keys that belong to this event store.`,
    );
  }

  /** What is at hand in memory. */
  knownProfileKey(profileId: string): ProfileKey | undefined {
    const known = this.#profiles.get(profileId);
    return known !== undefined && known.until > Date.now() ? known.key : undefined;
  }

  /**
   * A profile's key, made where there is none yet if `create` says so; durable by then. What many ask for in one turn of
   * the event loop is one look and one write.
   * @throws KeysUnusable
   */
  profileKey(profileId: string, create: boolean): Promise<ProfileKey | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.size === 0) setImmediate(() => void this.answerWaiting());
      const waiting = this.#waiting.get(profileId) ?? [];
      waiting.push({ create, resolve, reject });
      this.#waiting.set(profileId, waiting);
    });
  }

  /** Destroys a profile's key; nothing can be sealed for it any more either. */
  async destroyProfileKey(profileId: string): Promise<void> {
    const destroyed = { profile_id: profileId, wrapped: null, wrapped_by: '', changed_at: new Date().toISOString() };
    await this.db
      .insertInto('profile_keys')
      .values(destroyed)
      .onConflict((conflict) => conflict.column('profile_id').doUpdateSet(destroyed))
      .execute();
    this.remember(profileId, null);
    await this.store.erase();
  }

  /**
   * Makes a new key for secrets, and wraps every key by the current master key: a new one where it is kept in the file.
   * Earlier keys of secrets stay, so that old histories still open. Can be stopped and given again.
   * @param progress is told how many keys of profiles were wrapped anew
   * @returns the id of the master key that everything is wrapped by now
   */
  async rotate(progress: (profiles: number) => void = () => {}): Promise<string> {
    const wrapper = this.masters.keptInFile ? await this.masters.addToFile() : await this.masters.current();
    await this.db
      .insertInto('data_keys')
      .values(newDataKey('secrets', newKeyId(), wrapper, new Date().toISOString()))
      .execute();
    await this.rewrapDataKeys(wrapper);
    for (let done = 0; ; ) {
      const count = await this.rewrapProfileKeys(wrapper);
      if (count === 0) break;
      done += count;
      progress(done);
    }
    await this.masters.removeFromFile(this.masters.keptInFile ? wrapper.id : '');
    await this.store.erase();
    await this.loadDataKeys();
    return wrapper.id;
  }

  /** Every key as it is stored, wrapped; for moving to another place. */
  async *stored(): AsyncIterable<readonly StoredKey[]> {
    const data = await this.db.selectFrom('data_keys').selectAll().orderBy('created_at').execute();
    yield data.map((key) => ({ kind: 'data-key', ...key }));
    for (let after = ''; ; ) {
      const rows = await this.db
        .selectFrom('profile_keys')
        .selectAll()
        .where('profile_id', '>', after)
        .orderBy('profile_id')
        .limit(IN_ONE_STATEMENT)
        .execute();
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows.map((key) => ({ kind: 'profile-key', ...key }));
      after = last.profile_id;
    }
  }

  /**
   * Takes in keys as {@link stored} gave them; they take the place of those that are here. What was destroyed on either side
   * stays so. Can be given again.
   * @throws KeysUnusable where they are wrapped by a master key that isn't here
   */
  async take(keys: readonly StoredKey[]): Promise<void> {
    for (const { wrapped_by, ...key } of keys) if (key.wrapped !== null) await this.masters.find(wrapped_by);
    await this.db.transaction().execute(async (transaction) => {
      for (const { kind, ...key } of keys) {
        if (kind === 'data-key') {
          const row = key as DataKeysTable;
          await transaction
            .insertInto('data_keys')
            .values(row)
            .onConflict((conflict) => conflict.column('key_id').doUpdateSet(row))
            .execute();
        } else {
          const row = key as ProfileKeysTable;
          await transaction
            .insertInto('profile_keys')
            .values(row)
            .onConflict((conflict) =>
              conflict.column('profile_id').doUpdateSet(row).where('profile_keys.wrapped', 'is not', null),
            )
            .execute();
        }
      }
    });
    await this.loadDataKeys();
  }

  /** How many keys there are, and by which master keys they are wrapped. */
  async status(): Promise<KeysStatus> {
    const count = this.db.fn.countAll<number>().as('count');
    const [data, ofProfiles, destroyed] = await Promise.all([
      this.db
        .selectFrom('data_keys')
        .select(['wrapped_by', 'purpose', count])
        .groupBy(['wrapped_by', 'purpose'])
        .execute(),
      this.db
        .selectFrom('profile_keys')
        .select(['wrapped_by', count])
        .where('wrapped', 'is not', null)
        .groupBy('wrapped_by')
        .execute(),
      this.db.selectFrom('profile_keys').select(count).where('wrapped', 'is', null).executeTakeFirstOrThrow(),
    ]);
    const masters = new Map<string, number>();
    for (const { wrapped_by, count } of [...data, ...ofProfiles]) {
      masters.set(wrapped_by, (masters.get(wrapped_by) ?? 0) + Number(count));
    }
    const sum = (rows: readonly { count: number }[]): number => rows.reduce((all, { count }) => all + Number(count), 0);
    return {
      secrets: sum(data.filter(({ purpose }) => purpose === 'secrets')),
      profiles: sum(ofProfiles),
      destroyed: Number(destroyed.count),
      masters: Array.from(masters, ([id, keys]) => ({ id, keys })),
    };
  }

  async close(): Promise<void> {
    await this.store.close();
  }

  private async loadDataKeys(): Promise<'complete' | 'incomplete'> {
    const rows = await this.db.selectFrom('data_keys').selectAll().orderBy('created_at').orderBy('key_id').execute();
    for (const row of rows) {
      const key = unwrap(await this.masters.find(row.wrapped_by), contextOf(row.purpose, row.key_id), row.wrapped);
      if (row.purpose === 'lookup') this.#lookup = key;
      else {
        this.#secrets.set(row.key_id, key);
        this.#current = { id: row.key_id, key };
      }
    }
    return this.#lookup !== undefined && this.#current !== undefined ? 'complete' : 'incomplete';
  }

  private async answerWaiting(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = new Map();
    try {
      const found = await this.load([...waiting.keys()]);
      const missing: string[] = [];
      for (const [id, those] of waiting) if (!found.has(id) && those.some(({ create }) => create)) missing.push(id);
      if (missing.length > 0) for (const [id, key] of await this.create(missing)) found.set(id, key);
      for (const [id, those] of waiting) {
        const key = found.get(id);
        if (key !== undefined) this.remember(id, key);
        for (const { resolve } of those) resolve(key);
      }
    } catch (error) {
      for (const those of waiting.values()) for (const { reject } of those) reject(error);
    }
  }

  private async load(ids: readonly string[]): Promise<Map<string, ProfileKey>> {
    const found = new Map<string, ProfileKey>();
    for (const some of portions(ids)) {
      const rows = await this.db.selectFrom('profile_keys').selectAll().where('profile_id', 'in', some).execute();
      const masterOf = await this.mastersById(rows.filter(({ wrapped }) => wrapped !== null));
      for (const { profile_id, wrapped, wrapped_by } of rows) {
        const context = contextOf('profile', profile_id);
        const key = wrapped === null ? null : unwrap(masterOf.get(wrapped_by) as MasterKey, context, wrapped);
        found.set(profile_id, key);
      }
    }
    return found;
  }

  private async create(ids: readonly string[]): Promise<Map<string, ProfileKey>> {
    for (;;) {
      const wrapper = await this.masters.current();
      const made = new Map(ids.map((id) => [id, randomBytes(KEY_BYTES)]));
      const changed_at = new Date().toISOString();
      const rows = Array.from(made, ([profile_id, key]) => ({
        profile_id,
        wrapped: wrap(wrapper, contextOf('profile', profile_id), key),
        wrapped_by: wrapper.id,
        changed_at,
      }));
      const inserted = await this.insertProfileKeys(rows);
      if ((await this.masters.current()).id === wrapper.id) {
        // What another process made at the same moment is what counts.
        return inserted === rows.length ? made : this.load(ids);
      }
      // A rotation ended in between, and would not find these keys any more.
      await this.rewrapProfileKeys(await this.masters.current(), wrapper);
    }
  }

  /** @returns how many of them weren't there */
  private insertProfileKeys(rows: readonly ProfileKeysTable[]): Promise<number> {
    return this.db.transaction().execute(async (transaction) => {
      let inserted = 0;
      for (const some of portions(rows)) {
        const { numInsertedOrUpdatedRows } = await transaction
          .insertInto('profile_keys')
          .values(some)
          .onConflict((conflict) => conflict.column('profile_id').doNothing())
          .executeTakeFirstOrThrow();
        inserted += Number(numInsertedOrUpdatedRows ?? 0);
      }
      return inserted;
    });
  }

  private async rewrapDataKeys(wrapper: MasterKey): Promise<void> {
    const rows = await this.db.selectFrom('data_keys').selectAll().where('wrapped_by', '<>', wrapper.id).execute();
    const masterOf = await this.mastersById(rows);
    await this.db.transaction().execute(async (transaction) => {
      for (const { key_id, purpose, wrapped, wrapped_by } of rows) {
        const context = contextOf(purpose, key_id);
        const key = unwrap(masterOf.get(wrapped_by) as MasterKey, context, wrapped);
        await transaction
          .updateTable('data_keys')
          .set({ wrapped: wrap(wrapper, context, key), wrapped_by: wrapper.id })
          .where('key_id', '=', key_id)
          .execute();
      }
    });
  }

  /** Some of those that another master key wraps; how many they were. */
  private async rewrapProfileKeys(wrapper: MasterKey, known?: MasterKey): Promise<number> {
    const rows = await this.db
      .selectFrom('profile_keys')
      .selectAll()
      .where('wrapped_by', '<>', wrapper.id)
      .where('wrapped', 'is not', null)
      .limit(IN_ONE_STATEMENT)
      .execute();
    const masterOf = await this.mastersById(rows, known);
    await this.db.transaction().execute(async (transaction) => {
      for (const row of rows) {
        await rewrapProfileKey(transaction, row, masterOf.get(row.wrapped_by) as MasterKey, wrapper);
      }
    });
    return rows.length;
  }

  /** The master keys that some keys are wrapped by. @param known one that may be gone from the file */
  private async mastersById(
    rows: readonly { wrapped_by: string }[],
    known?: MasterKey,
  ): Promise<ReadonlyMap<string, MasterKey>> {
    const masterOf = new Map<string, MasterKey>();
    if (known !== undefined) masterOf.set(known.id, known);
    for (const { wrapped_by } of rows) {
      if (!masterOf.has(wrapped_by)) masterOf.set(wrapped_by, await this.masters.find(wrapped_by));
    }
    return masterOf;
  }

  private remember(profileId: string, key: ProfileKey): void {
    this.#profiles.delete(profileId);
    this.#profiles.set(profileId, { key, until: Date.now() + MEMORY_MS });
    if (this.#profiles.size <= MOST_IN_MEMORY) return;
    for (const oldest of this.#profiles.keys()) {
      this.#profiles.delete(oldest);
      break;
    }
  }
}

async function rewrapProfileKey(
  transaction: Transaction<KeyTables>,
  { profile_id, wrapped, wrapped_by }: ProfileKeysTable,
  from: MasterKey,
  to: MasterKey,
): Promise<void> {
  const context = contextOf('profile', profile_id);
  await transaction
    .updateTable('profile_keys')
    .set({ wrapped: wrap(to, context, unwrap(from, context, wrapped as string)), wrapped_by: to.id })
    .where('profile_id', '=', profile_id)
    // One that was destroyed meanwhile stays so.
    .where('wrapped_by', '=', wrapped_by)
    .execute();
}

const newKeyId = (): string => randomBytes(4).toString('hex');

const newDataKey = (
  purpose: DataKeysTable['purpose'],
  key_id: string,
  wrapper: MasterKey,
  created_at: string,
): DataKeysTable => ({
  key_id,
  purpose,
  wrapped: wrap(wrapper, contextOf(purpose, key_id), randomBytes(KEY_BYTES)),
  wrapped_by: wrapper.id,
  created_at,
});

const contextOf = (purpose: DataKeysTable['purpose'] | 'profile', id: string): string => `key ${purpose} ${id}`;

const wrap = (wrapper: MasterKey, context: string, key: Buffer): string =>
  seal(wrapper.key, context, key.toString('base64url'));

function unwrap(wrapper: MasterKey, context: string, wrapped: string): Buffer {
  try {
    return Buffer.from(open(wrapper.key, context, wrapped), 'base64url');
  } catch {
    throw new KeysUnusable(
      `The ${context} can't be unwrapped by the master key ${wrapper.id}: the keys' store is damaged; restore it from a back-up.`,
    );
  }
}

function* portions<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += IN_ONE_STATEMENT) yield items.slice(at, at + IN_ONE_STATEMENT);
}
