import type { Kysely } from 'kysely';

/** Where keys are kept. Nothing of it follows from events: it is backed up, and never built anew. */
export interface KeyTables {
  /** Master keys in clear, in a file of this machine, where the settings name none; the newest is current. */
  master_keys: { key_id: string; secret: string; created_at: string };
  data_keys: DataKeysTable;
  profile_keys: ProfileKeysTable;
}

/** The installation's own keys, wrapped by a master key. */
export interface DataKeysTable {
  key_id: string;
  /** `secrets` seals, the newest one; `lookup` is the one key of keyed hashes. */
  purpose: 'secrets' | 'lookup';
  wrapped: string;
  wrapped_by: string;
  created_at: string;
}

/** A key for each profile, wrapped by a master key; null once it was destroyed. */
export interface ProfileKeysTable {
  profile_id: string;
  wrapped: string | null;
  wrapped_by: string;
  changed_at: string;
}

export async function createMasterKeyTable(db: Kysely<KeyTables>): Promise<void> {
  await db.schema
    .createTable('master_keys')
    .ifNotExists()
    .addColumn('key_id', 'text', (column) => column.primaryKey())
    .addColumn('secret', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .execute();
}

export async function createKeyTables(db: Kysely<KeyTables>): Promise<void> {
  await db.schema
    .createTable('data_keys')
    .ifNotExists()
    .addColumn('key_id', 'text', (column) => column.primaryKey())
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('wrapped', 'text', (column) => column.notNull())
    .addColumn('wrapped_by', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('profile_keys')
    .ifNotExists()
    .addColumn('profile_id', 'text', (column) => column.primaryKey())
    .addColumn('wrapped', 'text')
    .addColumn('wrapped_by', 'text', (column) => column.notNull())
    .addColumn('changed_at', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('profile_keys_by_master_key')
    .ifNotExists()
    .on('profile_keys')
    .column('wrapped_by')
    .execute();
}
