import { parseArgs } from 'node:util';
import { EventStoreServer } from './event-store-server.js';

/*
 * The server as a process of its own:
 *
 *     node dist/tests/support/event-store-server/event-store-server-main.js [--port N]
 *
 * prints `listening on esdb://127.0.0.1:PORT?tls=false` when ready. SIGUSR2 drops all connections and keeps the data.
 */
const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
const server = await EventStoreServer.start({ port: Number(values.port) });
process.on('SIGUSR2', () => void server.dropConnections());
console.log(`listening on ${server.url}`);
