import {
  EventStoreDbEventStore,
  type EventStoreDbOptions,
} from '../../../../src/infrastructure/event-store/eventstoredb/eventstoredb-event-store.js';
import {
  EventStoreServer,
  type EventStoreServerOptions,
} from '../../../support/event-store-server/event-store-server.js';

/** Quick tries, so that a test that waits for some doesn't take long. */
const IMPATIENT: EventStoreDbOptions = { backOff: { firstMs: 2, mostMs: 40 }, deadlineMs: 8_000 };

/** Servers and stores of one test; all are ended after it. */
export class Opened {
  readonly #stores: EventStoreDbEventStore[] = [];
  readonly #servers: EventStoreServer[] = [];

  async server(options: EventStoreServerOptions = {}): Promise<EventStoreServer> {
    const server = await EventStoreServer.start(options);
    this.#servers.push(server);
    return server;
  }

  store(url: string, options: EventStoreDbOptions = {}): EventStoreDbEventStore {
    const store = EventStoreDbEventStore.open(url, { ...IMPATIENT, ...options });
    this.#stores.push(store);
    return store;
  }

  async end(): Promise<void> {
    await Promise.all(this.#stores.map((store) => store.close()));
    await Promise.all(this.#servers.map((server) => server.stop()));
    this.#stores.length = 0;
    this.#servers.length = 0;
  }
}
