import { expect } from 'chai';
import { EventStoreUnusable } from '../../../../src/application/ports/event-store.js';
import { EventStoreDbEventStore } from '../../../../src/infrastructure/event-store/eventstoredb/eventstoredb-event-store.js';

describe('The connection string of EventStoreDB', () => {
  const refused: readonly [what: string, url: string, message: RegExp][] = [
    ['another protocol', 'http://admin:s3cret@node:2113', /can't be read/],
    ['a port that is none', 'esdb://admin:s3cret@node:port', /can't be read/],
    ["an '@' in the password", 'esdb://admin:s3@cret@node:2113?tls=', /can't be read/],
    ['an option without a value', 'esdb://admin:s3cret@node:2113?tls=maybe', /can't be read/],
    ['an unknown option', 'esdb://admin:s3cret@node:2113?tsl=true', /unknown option/],
    ['no check of certificates', 'esdb://admin:s3cret@node:2113?tlsVerifyCert=false', /tlsCAFile/],
    ['a missing file', 'esdb://admin:s3cret@node:2113?tlsCAFile=/nowhere/ca.pem', /tlsCAFile can't be read.*ENOENT/],
  ];
  for (const [what, url, message] of refused) {
    it(`refuses ${what}, in one sentence without the password`, () => {
      const lines: string[] = [];
      const { warn } = console;
      console.warn = (...said: unknown[]) => lines.push(said.join(' '));
      try {
        expect(() => EventStoreDbEventStore.open(url)).to.throw(EventStoreUnusable, message);
        expect(() => EventStoreDbEventStore.open(url)).to.not.throw(/cret/);
      } finally {
        console.warn = warn;
      }
      expect(lines).to.deep.equal([]);
    });
  }

  it('is read when the store is opened, and nothing is connected until it is used', async () => {
    const store = EventStoreDbEventStore.open('esdb://admin:s3cret@127.0.0.1:1?tls=true&defaultDeadline=500');
    await store.close();
  });
});
