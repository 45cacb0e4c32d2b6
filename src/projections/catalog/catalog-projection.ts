import type { Kysely, Transaction } from 'kysely';
import { evolveRows } from '../evolve-rows.js';
import { handling, type ProjectedEvent, type Projection } from '../projection.js';
import type { ReadTables } from '../read-tables.js';
import type { CatalogKind } from './catalog-tables.js';

export const catalogProjection: Projection = {
  name: 'catalog',
  version: 2,
  tables: ['catalog'],
  handles: handling('MetricCreated', 'ListCreated', 'SegmentCreated', 'SegmentPopulated'),
  async create(db: Kysely<ReadTables>) {
    await db.schema
      .createTable('catalog')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('definition', 'text')
      .addColumn('populated', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('updated_at', 'text', (column) => column.notNull())
      .addColumn('position', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('catalog_in_order').on('catalog').columns(['kind', 'position']).execute();
  },
  apply: (events: readonly ProjectedEvent[], transaction: Transaction<ReadTables>) =>
    evolveRows(transaction, events, {
      table: 'catalog',
      key: 'id',
      keyOf: idIn,
      evolve: (row, event) => {
        if (event.type === 'SegmentPopulated') return row && { ...row, populated: 1 };
        if (event.type !== 'MetricCreated' && event.type !== 'ListCreated' && event.type !== 'SegmentCreated')
          return row;
        const { time } = event.metadata;
        const definition = event.type === 'SegmentCreated' ? event.data.definition : undefined;
        return {
          id: idIn(event),
          kind: kindIn(event),
          name: event.data.name,
          definition: definition === undefined ? null : JSON.stringify(definition),
          populated: definition === undefined ? 1 : 0,
          created_at: time,
          updated_at: time,
          position: event.position,
        };
      },
    }),
};

/** Streams are named `metric-{id}`, `list-{id}`, `segment-{id}`. */
const kindIn = ({ stream }: ProjectedEvent): CatalogKind => stream.slice(0, stream.indexOf('-')) as CatalogKind;
const idIn = ({ stream }: ProjectedEvent): string => stream.slice(stream.indexOf('-') + 1);
