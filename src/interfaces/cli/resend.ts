import { AggregateStore } from '../../application/aggregate-store.js';
import { DeliveryCommands } from '../../application/commands/deliveries.js';
import { RandomIds } from '../../infrastructure/system/random-ids.js';
import { SystemClock } from '../../infrastructure/system/system-clock.js';
import { readSettings } from '../../settings.js';
import { commandLineContext } from './command-line-context.js';
import { withExistingEventStore } from './with-event-store.js';

/** Records the wish; the running server, or the next one, sends. */
export async function resend(delivery: string, flags: { data?: string }): Promise<void> {
  const settings = readSettings(flags, process.env);
  const deliveryId = delivery.replace(/^delivery-/, '');
  const [clock, ids] = [new SystemClock(), new RandomIds()];
  await withExistingEventStore(settings, (eventStore) =>
    new DeliveryCommands(new AggregateStore(eventStore, clock, ids), clock).resend(
      deliveryId,
      commandLineContext(ids.next()),
    ),
  );
  process.stderr.write(`The delivery ${deliveryId} is due again; a running server sends it now.\n`);
}
