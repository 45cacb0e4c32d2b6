import { expect } from 'chai';
import type { Checkpoints } from '../../src/application/ports/checkpoints.js';
import { BEFORE_ALL } from '../../src/application/ports/event-store.js';
import { ALONE } from '../../src/application/ports/leadership.js';
import { SILENT } from '../../src/application/ports/logger.js';
import type { ProcessManager } from '../../src/application/process-managers/process-manager.js';
import { ProcessRunner } from '../../src/application/process-managers/process-runner.js';
import { EventStoreDbEventStore } from '../../src/infrastructure/event-store/eventstoredb/eventstoredb-event-store.js';
import { SystemClock } from '../../src/infrastructure/system/system-clock.js';
import { newEvents } from '../contract/new-event.js';
import { EventStoreServer } from '../support/event-store-server/event-store-server.js';
import { eventually } from '../support/eventually.js';

describe('The checkpoint of process managers', () => {
  it('is kept once something was done, and not for each batch where positions are bytes of a log', async () => {
    const server = await EventStoreServer.start();
    const eventStore = EventStoreDbEventStore.open(server.url);
    const saved: number[] = [];
    const checkpoints: Checkpoints = {
      load: async () => BEFORE_ALL,
      save: async (_name, position) => void saved.push(position),
    };
    let seen = 0;
    const reactsToTheLast: ProcessManager = {
      react: async (events) => {
        seen += events.length;
        return seen === 101;
      },
    };
    const runner = new ProcessRunner(eventStore, [reactsToTheLast], checkpoints, ALONE, new SystemClock(), SILENT);
    try {
      runner.start();
      const first = await eventStore.append('a', 'no-stream', newEvents(100));
      expect(first.position).to.be.greaterThan(10_000);
      await eventually('all are seen', () => seen === 100);
      const { position } = await eventStore.append('a', 99, newEvents(1));
      await eventually('the last one is', () => saved.length > 0);
      expect(saved).to.deep.equal([position]);
    } finally {
      await runner.stop();
      await eventStore.close();
      await server.stop();
    }
  });
});
