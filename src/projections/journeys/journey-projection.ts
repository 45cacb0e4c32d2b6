import type { Kysely, Transaction } from 'kysely';
import { evolveRows } from '../evolve-rows.js';
import { handling, idOf, type ProjectedEvent, type Projection } from '../projection.js';
import type { ReadTables } from '../read-tables.js';

const JOURNEY = 'journey-';

/** Who waits in a flow, and until when: the durable timers. */
export const journeyProjection: Projection = {
  name: 'journeys',
  version: 1,
  tables: ['journeys'],
  handles: handling('JourneyWaiting', 'JourneyResumed', 'JourneyEnded'),
  async create(db: Kysely<ReadTables>) {
    await db.schema
      .createTable('journeys')
      .addColumn('journey_id', 'text', (column) => column.primaryKey())
      .addColumn('flow_id', 'text', (column) => column.notNull())
      .addColumn('profile_id', 'text', (column) => column.notNull())
      .addColumn('action_id', 'text', (column) => column.notNull())
      .addColumn('due_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('journeys_due').on('journeys').column('due_at').execute();
  },
  async apply(events: readonly ProjectedEvent[], transaction: Transaction<ReadTables>) {
    await evolveRows(transaction, events, {
      table: 'journeys',
      key: 'journey_id',
      keyOf: (event) => idOf(JOURNEY, event),
      blind: true,
      evolve: (_row, event) => {
        if (event.type !== 'JourneyWaiting') return undefined;
        const { flowId, profileId, actionId, dueAt } = event.data;
        return {
          journey_id: idOf(JOURNEY, event),
          flow_id: flowId,
          profile_id: profileId,
          action_id: actionId,
          due_at: Date.parse(dueAt),
        };
      },
    });
  },
};
