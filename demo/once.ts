import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SqliteEventStore } from '../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { DemoFailure } from './demo-failure.js';
import { feed } from './feed.js';
import { brokenRules, type Figures, readRecorded, receivedBy } from './figures.js';
import { progressLine } from './panel.js';
import type { Stage } from './stage.js';
import { NO_TOTALS, type Totals } from './totals.js';

/**
 * 17 retries, which take ten hours in earnest, end within a quarter of a minute; what a receiver asks for by Retry-After
 * (a second) is not scaled.
 */
export const ONCE_RETRY_SCALE = 0.0003;

/** As long as nothing at all may happen. */
const STALL_SECONDS = 30;
const SAY_EVERY_SECONDS = 3;

/** Sends everything as fast as it goes, waits for every end, stops the server, and checks what the event store says. */
export async function runOnce(
  stage: Stage,
  say: (line: string) => void,
): Promise<{ figures: Figures; broken: string[] }> {
  const { server } = stage;
  await Promise.race([deliverAll(stage, say), server.died]);
  say('Stopping the server …');
  await server.stop();

  say('Reading the event store …');
  const eventStore = SqliteEventStore.open(join(stage.dataDir, 'events.db'));
  try {
    const recorded = await readRecorded(eventStore);
    const broken = brokenRules(recorded, stage.receivers, stage.events.length + stage.profileIds.length);
    const { events, triggers, ...deliveries } = recorded.figures;
    return { figures: { ...deliveries, events, received: receivedBy(stage.receivers), triggers }, broken };
  } finally {
    await eventStore.close();
  }
}

async function deliverAll({ shop, events, expectedDeliveries, joinList }: Stage, say: (line: string) => void) {
  let sent = 0;
  let feeding = true;
  let totals = NO_TOTALS;

  const sendAll = async (): Promise<void> => {
    await joinList();
    await feed(events, async (event) => {
      await shop.sendEvent(event);
      sent++;
    });
    feeding = false;
  };

  const watch = async (): Promise<void> => {
    let [movedAt, saidAt] = [performance.now(), performance.now()];
    let before = '';
    while (feeding || !allEnded(totals, expectedDeliveries)) {
      await wait(1000);
      totals = await shop.totals();
      const now = performance.now();
      const state = JSON.stringify([sent, totals]);
      if (state !== before) movedAt = now;
      before = state;
      if (now - movedAt > STALL_SECONDS * 1000) {
        throw new DemoFailure(
          `For ${STALL_SECONDS} seconds nothing moved: ${progressLine({ sent, toSend: events.length, totals })}.`,
        );
      }
      if (now - saidAt >= SAY_EVERY_SECONDS * 1000) {
        say(progressLine({ sent, toSend: events.length, totals }));
        saidAt = now;
      }
    }
    say(progressLine({ sent, toSend: events.length, totals }));
  };

  await Promise.all([sendAll(), watch()]);
}

/** The expected number stands beside the count, since that may lag behind what was sent. */
const allEnded = ({ requested, succeeded, failed, skipped }: Totals, expected: number): boolean =>
  requested >= expected && succeeded + failed + skipped === requested;
