import { type Kysely, type Selectable, sql } from 'kysely';
import type { AudienceKind } from '../../domain/audience/audience.js';
import type { Filter } from '../../domain/filter/filter.js';
import { type Listing, type ListRequest, pageOfList } from '../listing.js';
import type { Page } from '../page.js';
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

const CATALOG_LISTING = {
  fields: {
    id: 'id',
    name: 'name',
    created: 'created_at',
    updated: 'updated_at',
    // Every segment is active, and none starred.
    is_active: sql`1`,
    is_starred: sql`0`,
  },
  position: 'position',
  order: { by: 'created', descending: true },
} as const satisfies Listing<string>;

/** What metrics, lists and segments can be filtered and sorted by. */
export type CatalogField = keyof typeof CATALOG_LISTING.fields;

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

  /** Newest first unless asked otherwise. @throws InvalidCursor */
  async entries(
    kind: CatalogKind,
    request: ListRequest<CatalogField>,
    filter: { name?: string } = {},
  ): Promise<Page<CatalogEntry>> {
    let query = this.db.selectFrom('catalog').selectAll().where('kind', '=', kind);
    if (filter.name !== undefined) query = query.where('name', '=', filter.name);
    return pageOfList(query, CATALOG_LISTING, request, entryOf);
  }

  /** The lists or segments that a profile is in, the one that it joined last first. */
  async audiencesOf(kind: AudienceKind, profileId: string, most: number): Promise<readonly CatalogEntry[]> {
    const rows = await this.db
      .selectFrom('memberships')
      .innerJoin('catalog', 'catalog.id', 'memberships.audience_id')
      .selectAll('catalog')
      .where('memberships.profile_id', '=', profileId)
      .where('catalog.kind', '=', kind)
      .orderBy('memberships.position', 'desc')
      .limit(most)
      .execute();
    return rows.map(entryOf);
  }

  /** How many profiles are in a list or segment. */
  async profileCount(audienceId: string): Promise<number> {
    const { count } = await this.db
      .selectFrom('memberships')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('audience_id', '=', audienceId)
      .executeTakeFirstOrThrow();
    return Number(count);
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
