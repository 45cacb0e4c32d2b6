import { DeliveryCommands } from '../../application/commands/deliveries.js';
import { RandomIds } from '../../infrastructure/system/random-ids.js';
import { SystemClock } from '../../infrastructure/system/system-clock.js';
import { readSettings } from '../../settings.js';
import { commandLineContext } from './command-line-context.js';
import { withExistingUnlocked } from './with-event-store.js';

/** Records the wish; the running server, or the next one, sends. */
export async function resend(delivery: string, flags: { data?: string }): Promise<void> {
  const settings = readSettings(flags, process.env);
  const deliveryId = delivery.replace(/^delivery-/, '');
  await withExistingUnlocked(settings, ({ aggregates }) =>
    new DeliveryCommands(aggregates, new SystemClock()).resend(deliveryId, commandLineContext(new RandomIds().next())),
  );
  process.stderr.write(`The delivery ${deliveryId} is due again; a running server sends it now.\n`);
}
