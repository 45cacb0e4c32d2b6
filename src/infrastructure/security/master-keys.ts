import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import { KeysUnusable } from '../../application/ports/vault.js';
import type { KeyTables } from './key-tables.js';
import { type MasterKey, masterKeyOf } from './master-key.js';

/** The master keys: those of the settings, the first one for what is new; beside them, or instead, those that the file keeps. */
export class MasterKeys {
  readonly #given: readonly MasterKey[];

  /** @param secrets of the settings @param file keys.db, where there is one or none is given */
  constructor(
    secrets: readonly string[],
    private readonly file: Kysely<KeyTables> | undefined,
  ) {
    this.#given = secrets.map(masterKeyOf);
  }

  /** Whether the file's keys are used for what is new. */
  get keptInFile(): boolean {
    return this.#given.length === 0;
  }

  /** The one for what is new; made where there is none yet. */
  async current(): Promise<MasterKey> {
    const [first] = this.#given;
    if (first !== undefined) return first;
    return (await this.newest()) ?? (await this.addToFile());
  }

  /** @throws KeysUnusable where there is no such key */
  async find(id: string): Promise<MasterKey> {
    const given = this.#given.find((key) => key.id === id);
    if (given !== undefined) return given;
    const row = await this.file?.selectFrom('master_keys').selectAll().where('key_id', '=', id).executeTakeFirst();
    if (row !== undefined) return masterKeyOf(row.secret);
    throw new KeysUnusable(
      `Keys are wrapped by the master key ${id}, which is not here; ${
        this.keptInFile
          ? 'restore keys.db, or set HOOKLEDGER_MASTER_KEY as it was'
          : 'add it to HOOKLEDGER_MASTER_KEY, after a comma'
      }.`,
    );
  }

  /** Makes a new one current, where they are kept in the file. */
  async addToFile(): Promise<MasterKey> {
    const secret = randomBytes(32).toString('base64url');
    const master = masterKeyOf(secret);
    const file = this.file as Kysely<KeyTables>;
    const before = await this.newestRow();
    // Later than the last one even where the clock went back.
    const after = before === undefined ? 0 : Date.parse(before.created_at) + 1;
    const created_at = new Date(Math.max(Date.now(), after)).toISOString();
    await file.insertInto('master_keys').values({ key_id: master.id, secret, created_at }).execute();
    // Another process may have made the first one at the same moment.
    return (await this.newest()) as MasterKey;
  }

  /** Forgets those of the file, once nothing is wrapped by them any more. */
  async removeFromFile(except: string): Promise<void> {
    await this.file?.deleteFrom('master_keys').where('key_id', '<>', except).execute();
  }

  private async newest(): Promise<MasterKey | undefined> {
    const row = await this.newestRow();
    return row && masterKeyOf(row.secret);
  }

  private newestRow() {
    const rows = this.file?.selectFrom('master_keys').selectAll().orderBy('created_at', 'desc').orderBy('key_id');
    return rows?.executeTakeFirst();
  }
}
