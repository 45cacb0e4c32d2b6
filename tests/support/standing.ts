import pg from 'pg';
import { deliveryStream } from '../../src/domain/delivery/delivery.js';
import { EventStoreDbEventStore } from '../../src/infrastructure/event-store/eventstoredb/eventstoredb-event-store.js';

const OPEN_DELIVERIES = "select delivery_id from deliveries where status not in ('succeeded', 'failed', 'skipped')";

const QUERIES = [
  'select status, count(*) from deliveries group by status',
  'select * from delivery_queue order by claimable_at limit 20',
  'select * from projection_checkpoints',
  'select * from process_checkpoints',
  "select objid, pid, application_name from pg_locks join pg_stat_activity using (pid) where locktype = 'advisory' and granted",
  `select pid, state, wait_event, now() - xact_start as in_transaction, left(query, 200) as query
    from pg_stat_activity where state <> 'idle' and pid <> pg_backend_pid()`,
];

/**
 * What is still to be sent, and what everything is at that moves it on: for the message of a test that waited in vain.
 * @param eventStore the URL of an event store server, whose streams are shown then
 */
export async function standingOf(readModels: string, eventStore: string | undefined): Promise<string> {
  const client = new pg.Client({ connectionString: readModels });
  const lines = [`now ${Date.now()} ${new Date().toISOString()}`];
  try {
    await client.connect();
    for (const query of QUERIES) {
      const { rows } = await client.query(query);
      lines.push(query, ...rows.map((row) => `  ${JSON.stringify(row)}`));
    }
    if (eventStore !== undefined) {
      const { rows } = await client.query<{ delivery_id: string }>(`${OPEN_DELIVERIES} limit 5`);
      lines.push(
        ...(await streamsAt(
          eventStore,
          rows.map(({ delivery_id }) => delivery_id),
        )),
      );
    }
  } catch (error) {
    lines.push(`no more can be seen: ${error}`);
  } finally {
    await client.end();
  }
  return lines.join('\n');
}

async function streamsAt(url: string, deliveryIds: readonly string[]): Promise<string[]> {
  const eventStore = EventStoreDbEventStore.open(url);
  try {
    const lines = [`the event store's head: ${await eventStore.headPosition()}`];
    for (const deliveryId of deliveryIds) {
      for (const { stream, position, type, metadata, data } of await eventStore.readStream(
        deliveryStream(deliveryId),
      )) {
        lines.push(`  ${stream} ${position} ${type} ${metadata.time} ${JSON.stringify({ ...data, body: undefined })}`);
      }
    }
    return lines;
  } finally {
    await eventStore.close();
  }
}
