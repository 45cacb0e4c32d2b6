import type { Kysely, Transaction } from 'kysely';
import { apiKeyStream } from '../../domain/account/api-key.js';
import { evolveRows } from '../evolve-rows.js';
import { handling, idOf, type ProjectedEvent, type Projection } from '../projection.js';
import type { ReadTables } from '../read-tables.js';

const idIn = (event: ProjectedEvent): string => idOf(apiKeyStream(''), event);

/** Who may come in by a key. What users have of their own is few, and read from the account itself. */
export const accessProjection: Projection = {
  name: 'access',
  version: 1,
  tables: ['api_keys'],
  handles: handling('ApiKeyIssued', 'ApiKeyUsed', 'ApiKeyRevoked'),
  async create(db: Kysely<ReadTables>) {
    await db.schema
      .createTable('api_keys')
      .addColumn('key_id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('scopes', 'text', (column) => column.notNull())
      .addColumn('issuer_id', 'text')
      .addColumn('issued_at', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'text')
      .addColumn('last_used_at', 'text')
      .addColumn('revoked_at', 'text')
      .addColumn('position', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('api_keys_in_order').on('api_keys').column('position').execute();
  },
  apply: (events: readonly ProjectedEvent[], transaction: Transaction<ReadTables>) =>
    evolveRows(transaction, events, {
      table: 'api_keys',
      key: 'key_id',
      keyOf: idIn,
      evolve: (row, event) => {
        if (event.type === 'ApiKeyIssued') {
          const { name, scopes, issuerId, expiresAt } = event.data;
          return {
            key_id: idIn(event),
            name,
            scopes: JSON.stringify(scopes),
            issuer_id: issuerId ?? null,
            issued_at: event.metadata.time,
            expires_at: expiresAt ?? null,
            last_used_at: null,
            revoked_at: null,
            position: event.position,
          };
        }
        if (row === undefined) return row;
        if (event.type === 'ApiKeyUsed') return { ...row, last_used_at: event.data.at };
        if (event.type === 'ApiKeyRevoked') return { ...row, revoked_at: event.metadata.time };
        return row;
      },
    }),
};
