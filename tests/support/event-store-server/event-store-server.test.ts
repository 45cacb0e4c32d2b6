import {
  EventStoreDBClient,
  FORWARDS,
  jsonEvent,
  NO_STREAM,
  START,
  StreamDeletedError,
  StreamNotFoundError,
  streamNameFilter,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { expect } from 'chai';
import { rejection } from '../../contract/rejection.js';
import { EventStoreServer } from './event-store-server.js';

/* That the server is understood by the client package itself, which knows nothing of it. */
describe('The event store server of the tests', () => {
  for (const batchAppend of [true, false]) {
    describe(batchAppend ? 'with batch append' : 'without batch append', () => {
      let server: EventStoreServer;
      let client: EventStoreDBClient;
      beforeEach(async () => {
        server = await EventStoreServer.start({ batchAppend });
        client = EventStoreDBClient.connectionString(server.url);
      });
      afterEach(async () => {
        await client.dispose();
        await server.stop();
      });

      const event = (n: number) => jsonEvent({ type: 'Counted', data: { n }, metadata: { by: 'test' } });

      it('appends, and reads both ways', async () => {
        const events = [event(0), event(1), event(2)];
        const { nextExpectedRevision, position } = await client.appendToStream('s-1', events, {
          expectedRevision: NO_STREAM,
        });
        expect(nextExpectedRevision).to.equal(2n);
        const read = await Array.fromAsync(client.readStream('s-1'));
        expect(read.map(({ event: found }) => found?.data)).to.deep.equal([{ n: 0 }, { n: 1 }, { n: 2 }]);
        expect(read.map(({ event: found }) => found?.id)).to.deep.equal(events.map(({ id }) => id));
        expect(read.at(-1)?.event?.position).to.deep.equal(position);
        const [last] = await Array.fromAsync(
          client.readStream('s-1', { direction: 'backwards', fromRevision: 'end', maxCount: 1 }),
        );
        expect(last?.event?.revision).to.equal(2n);
        const all = await Array.fromAsync(client.readAll({ direction: FORWARDS, fromPosition: START }));
        expect(all.filter(({ event: found }) => found?.streamId === 's-1')).to.have.lengthOf(3);
        expect(all.length).to.be.greaterThan(3);
      });

      it('knows the same events again, and refuses others', async () => {
        const events = [event(0), event(1)];
        const first = await client.appendToStream('s-1', events, { expectedRevision: NO_STREAM });
        expect(await client.appendToStream('s-1', events, { expectedRevision: NO_STREAM })).to.deep.equal(first);
        expect(await client.appendToStream('s-1', events)).to.deep.equal(first);
        const refused = client.appendToStream('s-1', [event(2)], { expectedRevision: NO_STREAM });
        const { actualVersion, expectedVersion } = await rejection(refused, WrongExpectedVersionError);
        expect([actualVersion, expectedVersion]).to.deep.equal([1n, 'no_stream']);
        const missing = client.appendToStream('s-2', [event(2)], { expectedRevision: 7n });
        expect((await rejection(missing, WrongExpectedVersionError)).actualVersion).to.equal('no_stream');
      });

      it('knows deleted streams', async () => {
        await client.appendToStream('s-1', [event(0)]);
        await client.appendToStream('s-2', [event(0)]);
        await client.deleteStream('s-1');
        await client.tombstoneStream('s-2');
        await rejection(Array.fromAsync(client.readStream('s-1')), StreamNotFoundError);
        await rejection(Array.fromAsync(client.readStream('s-2')), StreamDeletedError);
        await rejection(client.appendToStream('s-2', [event(1)]), StreamDeletedError);
        expect((await client.appendToStream('s-1', [event(1)], { expectedRevision: NO_STREAM })).success).to.equal(
          true,
        );
      });

      it('sends to subscribers what passes their filter, and checkpoints', async () => {
        const checkpoints: bigint[] = [];
        const subscription = client.subscribeToAll({
          filter: streamNameFilter({
            prefixes: ['s-'],
            maxSearchWindow: 4,
            checkpointReached: async (_, { commit }) => void checkpoints.push(commit),
          }),
        });
        for (let n = 0; n < 12; n++) await client.appendToStream(n % 2 === 0 ? 's-1' : 't-1', [event(n)]);
        const seen: unknown[] = [];
        for await (const { event: found } of subscription) if (seen.push(found?.data) === 6) break;
        expect(seen).to.deep.equal([0, 2, 4, 6, 8, 10].map((n) => ({ n })));
        expect(checkpoints.length).to.be.greaterThan(1);
        expect(checkpoints).to.deep.equal(checkpoints.toSorted((one, other) => Number(one - other)));
      });
    });
  }
});
