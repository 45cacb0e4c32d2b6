import { DatabaseSync } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import { NodeSqlite } from '../../src/infrastructure/read-models/sqlite/node-sqlite.js';
import { KeyRing } from '../../src/infrastructure/security/key-ring.js';
import { createKeyTables, type KeyTables } from '../../src/infrastructure/security/key-tables.js';
import { KeyVault } from '../../src/infrastructure/security/key-vault.js';
import { MasterKeys } from '../../src/infrastructure/security/master-keys.js';

export const MASTER_KEY = 'the master key of the tests, which is long enough';

/** Keys in memory, of their own. */
export async function newKeyRing(): Promise<KeyRing> {
  const db = new Kysely<KeyTables>({
    dialect: new SqliteDialect({ database: new NodeSqlite(new DatabaseSync(':memory:')) }),
  });
  await createKeyTables(db);
  const keys = new KeyRing(db, new MasterKeys([MASTER_KEY], undefined), {
    erase: async () => {},
    close: () => db.destroy(),
  });
  await keys.prepare();
  return keys;
}

/** One for all tests that destroy no key that others need: what it seals twice is the same. */
export const TEST_VAULT = new KeyVault(await newKeyRing());
