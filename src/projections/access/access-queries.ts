import type { Kysely, Selectable } from 'kysely';
import type { ApiScope } from '../../domain/account/api-key.js';
import { type Page, type PageRequest, pageOf, positionOf } from '../page.js';
import type { ReadTables } from '../read-tables.js';
import type { ApiKeysTable } from './access-tables.js';

export const API_KEY_STATUSES = ['active', 'expired', 'revoked'] as const;

/** An API key as it is shown. Times are ISO 8601, UTC. */
export interface ListedKey {
  keyId: string;
  name: string;
  scopes: readonly ApiScope[];
  status: (typeof API_KEY_STATUSES)[number];
  issuerId: string | null;
  issuedAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  revokedAt: string | null;
}

export class AccessQueries {
  constructor(private readonly db: Kysely<ReadTables>) {}

  /** The key, as of `at` (ISO 8601, UTC). */
  async apiKey(keyId: string, at: string): Promise<ListedKey | undefined> {
    const row = await this.db.selectFrom('api_keys').selectAll().where('key_id', '=', keyId).executeTakeFirst();
    return row && keyOf(row, at);
  }

  /** Newest first, as of `at` (ISO 8601, UTC). @throws InvalidCursor */
  async apiKeys({ size, cursor }: PageRequest, at: string): Promise<Page<ListedKey>> {
    let query = this.db
      .selectFrom('api_keys')
      .selectAll()
      .orderBy('position', 'desc')
      .limit(size + 1);
    if (cursor !== undefined) query = query.where('position', '<', positionOf(cursor));
    return pageOf(await query.execute(), size, (row) => keyOf(row, at));
  }
}

const keyOf = (row: Selectable<ApiKeysTable>, at: string): ListedKey => ({
  keyId: row.key_id,
  name: row.name,
  scopes: JSON.parse(row.scopes) as ApiScope[],
  status: statusOf(row, at),
  issuerId: row.issuer_id,
  issuedAt: row.issued_at,
  expiresAt: row.expires_at,
  lastUsedAt: row.last_used_at,
  revokedAt: row.revoked_at,
});

function statusOf({ revoked_at, expires_at }: Selectable<ApiKeysTable>, at: string): ListedKey['status'] {
  if (revoked_at !== null) return 'revoked';
  return expires_at !== null && Date.parse(expires_at) <= Date.parse(at) ? 'expired' : 'active';
}
