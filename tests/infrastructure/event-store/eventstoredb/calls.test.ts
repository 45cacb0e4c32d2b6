import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  ConcurrencyConflict,
  EventStoreUnusable,
  type StreamAppend,
} from '../../../../src/application/ports/event-store.js';
import type { EventStoreDbEventStore } from '../../../../src/infrastructure/event-store/eventstoredb/eventstoredb-event-store.js';
import { StreamNames } from '../../../../src/infrastructure/event-store/eventstoredb/stream-names.js';
import { WireEvents } from '../../../../src/infrastructure/event-store/eventstoredb/wire-events.js';
import { newEvent, newEvents } from '../../../contract/new-event.js';
import { rejection } from '../../../contract/rejection.js';
import { CertificateAuthority } from '../../../support/certificate-authority.js';
import type { EventStoreServer } from '../../../support/event-store-server/event-store-server.js';
import type { Refusal } from '../../../support/event-store-server/faults.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';
import { Opened } from './opened.js';

describe('Calls to EventStoreDB', () => {
  const opened = new Opened();
  let server: EventStoreServer;
  let store: EventStoreDbEventStore;
  beforeEach(async () => {
    server = await opened.server();
    store = opened.store(server.url);
  });
  afterEach(() => opened.end());

  const unusable = (...calls: readonly Promise<unknown>[]): Promise<EventStoreUnusable[]> =>
    Promise.all(calls.map((call) => rejection(call, EventStoreUnusable)));
  const idsOf = async (stream: string): Promise<string[]> => (await store.readStream(stream)).map(({ id }) => id);

  describe('that fail and pass', () => {
    for (const refusal of ['unavailable', 'not-leader', 'timeout'] satisfies Refusal[]) {
      it(`are made again: ${refusal}`, async () => {
        const events = newEvents(2);
        server.faults.refuse(refusal, { of: ['write', 'read'], times: 3 });
        expect((await store.append('a', 'no-stream', events)).revision).to.equal(1);
        server.faults.refuse(refusal, { of: ['read'], times: 2 });
        expect(await idsOf('a')).to.deep.equal(events.map(({ id }) => id));
        server.faults.refuse(refusal, { of: ['read'], times: 2 });
        expect(await store.headPosition()).to.equal((await store.readStream('a')).at(-1)?.position);
      });
    }

    it('write once, though the answer was lost with the connection', async () => {
      const appends = ['a', 'b', 'a'].map(
        (stream, index): StreamAppend => ({
          stream,
          expectedRevision: index === 2 ? 0 : 'no-stream',
          events: newEvents(1),
        }),
      );
      server.faults.loseAnswer(1);
      const answers = await store.appendMany(appends);
      expect(answers.map(({ stream, revision }) => `${stream} ${revision}`)).to.deep.equal(['a 0', 'b 0', 'a 1']);
      server.faults.loseAnswer();
      const any = newEvents(2);
      expect((await store.append('c', 'any', any)).revision).to.equal(1);
      expect(await idsOf('c')).to.deep.equal(any.map(({ id }) => id));
      expect((await Array.fromAsync(store.readAll())).flat()).to.have.lengthOf(5);
    });

    it('write once, though the server was restarted and forgot the ids', async () => {
      const any = newEvents(1);
      const first = await store.append('a', 'any', any);
      await server.stop();
      await server.start();
      expect(await store.append('a', 'any', any)).to.deep.equal(first);
    });

    it('go through, many at once, while connections are dropped again and again', async () => {
      const appends = Array.from({ length: 200 }, (_, index) => ({ stream: `s-${index % 20}`, events: newEvents(1) }));
      const appending = appends.map(({ stream, events }) => store.append(stream, 'any', events));
      for (let drops = 0; drops < 5; drops++) {
        await server.dropConnections();
        await store.readStream('s-0');
      }
      await Promise.all(appending);
      const all = (await Array.fromAsync(store.readAll())).flat();
      const ids = new Set(appends.flatMap(({ events }) => events.map(({ id }) => id)));
      expect(all).to.have.lengthOf(200);
      expect(new Set(all.map(({ id }) => id))).to.deep.equal(ids);
    });

    it('wait for a server that is away for a while', async () => {
      await store.append('a', 'no-stream', newEvents(1));
      await server.stop();
      const [appending, reading] = [store.append('a', 0, newEvents(1)), store.readStream('a')];
      // By the time that others give up, these have tried a few times.
      await unusable(opened.store(server.url, { deadlineMs: 100 }).readStream('a'));
      await server.start();
      expect((await appending).revision).to.equal(1);
      expect((await reading).length).to.be.within(1, 2);
    });

    it('say what the stream stands at, also where the server says so without reason', async () => {
      await store.append('a', 'no-stream', newEvents(2));
      server.faults.refuse('wrong-expected-version');
      const { actual } = await rejection(store.append('a', 1, newEvents(1)), ConcurrencyConflict);
      expect(actual).to.equal(1);
    });
  });

  describe('in a cluster', () => {
    it('find the leader by gossip, and the new one after it has changed', async () => {
      const follower = await opened.server({ log: server.log });
      const nodes = [server, follower];
      const lead = (leader: EventStoreServer): void => {
        for (const node of nodes) {
          node.members = nodes;
          node.leader = { address: '127.0.0.1', port: leader.port };
        }
      };
      lead(server);
      const hosts = nodes.map(({ port }) => `127.0.0.1:${port}`).join(',');
      const cluster = opened.store(`esdb://${hosts}?tls=false&nodePreference=leader`);
      await cluster.append('a', 'no-stream', newEvents(1));
      lead(follower);
      expect((await cluster.append('a', 0, newEvents(1))).revision).to.equal(1);
      expect(await cluster.readStream('a')).to.have.lengthOf(2);
      await server.stop();
      expect((await cluster.append('a', 1, newEvents(1))).revision).to.equal(2);
    });

    it('follow a node that names its leader', async () => {
      const leader = await opened.server({ log: server.log });
      server.leader = { address: '127.0.0.1', port: leader.port };
      expect((await store.append('a', 'no-stream', newEvents(1))).revision).to.equal(0);
      expect(await store.readStream('a')).to.have.lengthOf(1);
    });
  });

  describe('that come to nothing', () => {
    const hurried = { deadlineMs: 300 };

    it('say that nobody is there', async () => {
      await server.stop();
      const away = opened.store(server.url, hurried);
      for (const { message } of await unusable(
        away.append('a', 'any', newEvents(1)),
        away.readStream('a'),
        away.headPosition(),
      )) {
        expect(message).to.match(new RegExp(`^The event store esdb://127.0.0.1:${server.port} can't be reached`));
      }
    });

    it('say that no node of a cluster is there', async () => {
      await server.stop();
      const away = opened.store(`esdb://127.0.0.1:${server.port},127.0.0.1:1?tls=false`, hurried);
      const { message } = await rejection(away.readStream('a'), EventStoreUnusable);
      expect(message).to.match(/no node of the cluster answers/);
    });

    it('say that the answer did not come in time; the same again is written once', async () => {
      const late = opened.store(server.url, hurried);
      const release = server.faults.hold();
      const events = newEvents(1);
      for (const { message } of await unusable(
        late.append('a', 'no-stream', events),
        late.readStream('a'),
        late.headPosition(),
      )) {
        expect(message, message).to.match(/did not answer within 0\.3 s/);
      }
      release();
      expect((await late.append('a', 'no-stream', events)).revision).to.equal(0);
      expect(await idsOf('a')).to.deep.equal([events[0]?.id]);
    });

    it("refuse a stream that was deleted for good, and read all others' events", async () => {
      await store.append('gone', 'no-stream', newEvents(1));
      await store.append('a', 'no-stream', newEvents(1));
      const head = await store.headPosition();
      server.log.tombstone('hookledger.gone');
      for (const { message } of await unusable(
        store.readStream('gone'),
        store.append('gone', 0, newEvents(1)),
        store.append('gone', 'any', newEvents(1)),
        store.append('gone', 0, []),
      )) {
        expect(message).to.match(/deleted there for good/);
      }
      // What says so in the log is no event.
      expect((await Array.fromAsync(store.readAll({ batchSize: 1 }))).flat()).to.have.lengthOf(2);
      expect(await store.headPosition()).to.equal(head);
    });

    it('refuse an append that the server takes for too large', async () => {
      const data = { text: 'x'.repeat(2_000_000) };
      const { message } = await rejection(store.append('a', 'any', [newEvent({ data })]), EventStoreUnusable);
      expect(message).to.match(/too large.*MaxAppendSize/);
    });

    it('refuse events of others under our names', async () => {
      const nothing = new Uint8Array();
      const foreign = {
        id: crypto.randomUUID(),
        type: 'Foreign',
        contentType: 'application/json',
        data: nothing,
        metadata: nothing,
      };
      server.log.append('hookledger.x', 'any', [foreign]);
      const { message } = await rejection(store.readStream('x'), EventStoreUnusable);
      expect(message).to.match(/did not write/);
    });

    it('refuse a server that does not tell positions', () => {
      const events = new WireEvents(new StreamNames(), 'esdb://old:2113', {});
      expect(() => events.position(String(2n ** 64n - 1n))).to.throw(EventStoreUnusable, /22\.6/);
    });

    it('refuse positions that a number can not hold', async () => {
      const huge = await opened.server();
      await opened.store(huge.url).append('a', 'no-stream', newEvents(1));
      huge.log.skipTo(2 ** 53);
      const far = opened.store(huge.url);
      await rejection(far.append('a', 0, newEvents(1)), EventStoreUnusable);
      const { message } = await rejection(far.headPosition(), EventStoreUnusable);
      expect(message).to.match(/2\^53/);
    });
  });

  it('end with the store: an append under way is finished, a read is not', async () => {
    await store.append('a', 'no-stream', newEvents(1));
    const release = server.faults.hold();
    const [appending, reading] = [store.append('a', 0, newEvents(1)), store.readStream('a')];
    const refused = rejection(reading, EventStoreUnusable);
    const closing = store.close();
    release();
    expect((await appending).revision).to.equal(1);
    await closing;
    await Promise.race([refused, reading]).catch(() => {});
    await rejection(store.readStream('a'), EventStoreUnusable);
  });

  it('answer a repeated append with its position, also where the server does not tell it', async () => {
    server.log.tellsRepeatedPositions = false;
    const events = newEvents(3);
    const first = await store.append('a', 'no-stream', events);
    await store.append('a', 2, newEvents(1));
    expect(await store.append('a', 'no-stream', events)).to.deep.equal(first);
    expect(first.position).to.equal((await store.readStream('a'))[2]?.position);
  });

  it('do without batch append where an old server has none', async () => {
    const old = opened.store((await opened.server({ batchAppend: false })).url);
    const events = newEvents(2);
    const first = await old.append('a', 'no-stream', events);
    expect(await old.append('a', 'no-stream', events)).to.deep.equal(first);
    const { actual } = await rejection(old.append('a', 'no-stream', newEvents(1)), ConcurrencyConflict);
    expect(actual).to.equal(1);
    const { actual: none } = await rejection(old.append('b', 3, newEvents(1)), ConcurrencyConflict);
    expect(none).to.equal(-1);
    expect((await old.append('a', 'any', newEvents(1))).revision).to.equal(2);
  });

  describe('with TLS and users', () => {
    const folder = temporaryFolder();
    const users = { admin: 's3cr:et' };
    let authority: CertificateAuthority;
    before(async () => {
      authority = await CertificateAuthority.create();
      writeFileSync(join(folder.path, 'ca.pem'), authority.pem);
    });
    after(() => folder.remove());

    const secured = async (user: string, options: string): Promise<EventStoreDbEventStore> => {
      const { port } = await opened.server({ certificate: await authority.certificate(), users });
      return opened.store(`esdb://${user}127.0.0.1:${port}?${options}`, { deadlineMs: 700 });
    };
    const ca = `tlsCAFile=${encodeURIComponent(join(folder.path, 'ca.pem'))}`;

    it('are made as the user', async () => {
      const safe = await secured('admin:s3cr%3Aet@', ca);
      expect((await safe.append('a', 'no-stream', newEvents(1))).revision).to.equal(0);
      expect(await safe.readStream('a')).to.have.lengthOf(1);
    });

    const wrong: readonly [what: string, user: string, options: () => string, message: RegExp][] = [
      ['a wrong password', 'admin:wr0ng@', () => ca, /refuses the user or the password/],
      ['no user', '', () => ca, /refuses the user or the password/],
      ['a certificate that nobody vouches for', 'admin:s3cr%3Aet@', () => 'tls=true', /can't be trusted/],
      ['no TLS', 'admin:s3cr%3Aet@', () => 'tls=false', /can't be reached/],
    ];
    for (const [what, user, options, expected] of wrong) {
      it(`say clearly that there is ${what}, and show no password`, async () => {
        const refused = await secured(user, options());
        const reading = refused.subscribe({ signal: AbortSignal.timeout(5_000) })[Symbol.asyncIterator]();
        const outcomes = await Promise.all([
          rejection(refused.append('a', 'any', newEvents(1)), EventStoreUnusable),
          rejection(refused.append('a', 'no-stream', newEvents(1)), EventStoreUnusable),
          rejection(refused.headPosition(), EventStoreUnusable),
          ...(what === 'no TLS' ? [] : [rejection(reading.next(), EventStoreUnusable)]),
        ]);
        for (const { message, stack } of outcomes) {
          expect(message).to.match(expected);
          expect(`${message} ${stack}`).to.not.match(/wr0ng|s3cr/);
        }
        await reading.return?.();
      });
    }
  });
});
