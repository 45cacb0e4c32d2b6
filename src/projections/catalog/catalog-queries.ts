import type { Kysely, Selectable } from 'kysely';
import type { Filter } from '../../domain/filter/filter.js';
import { type Page, type PageRequest, pageOf, positionOf } from '../page.js';
import type { ReadTables } from '../read-tables.js';
import type { CatalogKind, CatalogTable } from './catalog-tables.js';

export type { CatalogKind } from './catalog-tables.js';

/** A metric, list or segment. */
export interface CatalogEntry {
  id: string;
  kind: CatalogKind;
  name: string;
  /** Of a segment whose members follow from conditions. */
  definition?: Filter;
  /** Whether every profile that was there has been looked at. */
  populated: boolean;
  /** ISO 8601, UTC. */
  createdAt: string;
  updatedAt: string;
}

export class CatalogQueries {
  constructor(private readonly db: Kysely<ReadTables>) {}

  async entry(kind: CatalogKind, id: string): Promise<CatalogEntry | undefined> {
    const row = await this.db
      .selectFrom('catalog')
      .selectAll()
      .where('kind', '=', kind)
      .where('id', '=', id)
      .executeTakeFirst();
    return row && entryOf(row);
  }

  /** Newest first. @throws InvalidCursor */
  async entries(
    kind: CatalogKind,
    { size, cursor }: PageRequest,
    filter: { name?: string } = {},
  ): Promise<Page<CatalogEntry>> {
    let query = this.db
      .selectFrom('catalog')
      .selectAll()
      .where('kind', '=', kind)
      .orderBy('position', 'desc')
      .limit(size + 1);
    if (cursor !== undefined) query = query.where('position', '<', positionOf(cursor));
    if (filter.name !== undefined) query = query.where('name', '=', filter.name);
    return pageOf(await query.execute(), size, entryOf);
  }
}

const entryOf = (row: Selectable<CatalogTable>): CatalogEntry => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  ...(row.definition === null ? {} : { definition: JSON.parse(row.definition) as Filter }),
  populated: row.populated === 1,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
