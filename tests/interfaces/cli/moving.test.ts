import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import type { EventStore } from '../../../src/application/ports/event-store.js';
import { openEventStore } from '../../../src/infrastructure/event-store/open-event-store.js';
import { SqliteEventStore } from '../../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { lockForThisProcess } from '../../../src/infrastructure/system/process-lock.js';
import { eventOfVersion, newEvent, newEvents } from '../../contract/new-event.js';
import {
  type EventStoreServerProcess,
  startEventStoreServerProcess,
} from '../../support/event-store-server/event-store-server-process.js';
import { runCommand } from '../../support/server-process.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** Events of 1,003, in 4 streams: three batches of an import. */
async function fill(store: EventStore): Promise<void> {
  for (let n = 0; n < 20; n++) {
    await store.append(n % 2 === 0 ? 'webhook-action-1' : `delivery-${n % 3}`, 'any', newEvents(50));
  }
  const odd = { b: 'Zoë\n"42" 🎈', a: { '10': 1, '9': [null, 1.5e300] } };
  await store.append('delivery-0', 'any', [newEvent({ data: odd }), ...newEvents(1)]);
  // Newer than what this version knows: whoever moves it does not look inside.
  await store.append('delivery-0', 'any', [eventOfVersion(3, 'DeliveryAttempted', { attempt: 'first' })]);
}

const EVENTS = 1_003;
const IMPORTED = '1,003 events in 4 streams imported';

describe('Moving an event store', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let source: string;
  let target: string;
  let lines: string[];

  before(async () => {
    folder = temporaryFolder();
    source = join(folder.path, 'source');
    const store = SqliteEventStore.open(join(source, 'events.db'));
    await fill(store);
    await store.close();
    const { stdout, stderr, code } = await runCommand(['export', '--data', source]);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    lines = stdout.split(/(?<=\n)/);
    expect(lines).to.have.lengthOf(EVENTS);
  });
  after(() => folder.remove());

  let targets = 0;
  beforeEach(() => {
    target = join(folder.path, `target-${targets++}`);
  });

  const importing = (input: string | Buffer, env?: NodeJS.ProcessEnv) =>
    runCommand(['import', '--data', target], input, env);
  const contentsOf = async (data: string, env?: NodeJS.ProcessEnv): Promise<string> => {
    const { code, stdout, stderr } = await runCommand(['verify', '--data', data], '', env);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout).to.match(/ is as it was written: .*; contents sha256:[0-9a-f]{64}\n$/);
    return /sha256:\S+/.exec(stdout)?.[0] as string;
  };
  const imported = { code: 0, stdout: `${IMPORTED}\n`, stderr: '' };

  it('exports events as they are stored, of whatever versions', () => {
    expect(JSON.parse(lines.at(-1) as string))
      .to.deep.include({ data: { attempt: 'first' } })
      .and.nested.include({
        'metadata.schemaVersion': 3,
      });
  });

  it('makes a store with the same contents in another file, and the same export', async () => {
    expect(await importing(lines.join(''))).to.deep.equal(imported);
    const contents = await contentsOf(source);
    expect(await contentsOf(target)).to.equal(contents);
    const again = await runCommand(['export', '--data', target]);
    expect(again.stdout).to.equal(lines.join(''));
    const verify = (digest: string) => runCommand(['verify', '--data', target, '--expect-contents', digest]);
    expect((await verify(contents.toUpperCase().replace('SHA', 'sha'))).code).to.equal(0);
    const other = await verify(`sha256:${'0'.repeat(64)}`);
    expect(other.code).to.equal(1);
    expect(other.stderr).to.match(/^hookledger: events\.db does not hold the contents sha256:0{64}: its 1,003 events /);
  });

  it('takes an input without its last line break, and with empty lines', async () => {
    expect(await importing(`\n${lines.slice(0, 700).join('\n').trimEnd()}`)).to.deep.include({ code: 0 });
    expect(await importing(lines.join('').trimEnd())).to.deep.equal({
      ...imported,
      stdout: `${IMPORTED}; 700 of them were there already\n`,
    });
    expect(await contentsOf(target)).to.equal(await contentsOf(source));
  });

  it('goes on where it was interrupted, wherever that was', async () => {
    for (const there of [1, 30, 499, 501, 1_002, EVENTS]) {
      expect(await importing(lines.slice(0, there).join(''))).to.deep.include({ code: 0, stderr: '' });
      expect((await importing(lines.join(''))).stdout).to.equal(
        `${IMPORTED}; ${there.toLocaleString('en-US')} of them were there already\n`,
      );
      expect(await contentsOf(target)).to.equal(await contentsOf(source));
      target += '-';
    }
  });

  it('has another digest when one event is another', async () => {
    const changed = lines.with(600, (lines[600] as string).replace('"attempt":1', '"attempt":2'));
    expect(await importing(changed.join(''))).to.deep.equal(imported);
    expect(await contentsOf(target)).to.not.equal(await contentsOf(source));
  });

  const line = (index: number, change: (event: Record<string, unknown>) => unknown = (event) => event): string =>
    `${JSON.stringify(change(JSON.parse(lines[index] as string) as Record<string, unknown>))}\n`;
  const first = () => lines.slice(0, 610).join('');
  const BAD: readonly (readonly [what: string, bad: () => string | Buffer, says: RegExp])[] = [
    ['is not JSON', () => '{"position":\n', /^Line 611 is not JSON;/],
    ['is cut off', () => line(610).slice(0, -30), /^Line 611 is cut off: the input ends in the middle of it;/],
    ['is no object', () => '[1]\n', /^Line 611 is no event: it is not a JSON object;/],
    ['lacks a field', () => line(610, ({ type, ...event }) => event), /^Line 611 is no event: it has no type;/],
    [
      'has a wrong field',
      () => line(610, (event) => ({ ...event, revision: 1.5 })),
      /: its revision has to be a whole number from 0 on;/,
    ],
    ['has another id', () => line(610, (event) => ({ ...event, id: 'A' })), /: its id has to be a UUID in lowercase;/],
    [
      'has a stream of two lines',
      () => line(610, (event) => ({ ...event, stream: 'a\nb' })),
      /: its stream has to be plain text/,
    ],
    [
      'lacks a part of its metadata',
      () => line(610, (event) => ({ ...event, metadata: {} })),
      /: it has no metadata\.correlationId;/,
    ],
    [
      'has more fields',
      () => line(610, (event) => ({ ...event, sealed: true })),
      /^Line 611 has "sealed", which this version/,
    ],
    ['stands in a wrong place', () => line(0), /^Line 611 is out of order: its position is not after the one before;/],
    [
      'is of a stream that has a gap',
      () => line(610, (event) => ({ ...event, revision: 9_999 })),
      /^Line 611 can't be written: The stream \S+ is at revision \d+, not at 9998 as expected;/,
    ],
    ['is no UTF-8', () => Buffer.from('"\xff"\n', 'latin1'), /^Line 611 is not UTF-8;/],
  ];
  for (const [what, bad, says] of BAD) {
    it(`says at which line it stopped when one ${what}, and that all before it is written`, async () => {
      const input = Buffer.concat([Buffer.from(first()), Buffer.from(bad())]);
      const { code, stdout, stderr } = await importing(input);
      expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' });
      expect(stderr).to.match(/^hookledger: [^\n]*; all up to line 610 is written\.\n$/);
      expect(stderr.replace('hookledger: ', '')).to.match(says);
      // Mended, it goes on.
      expect((await importing(lines.join(''))).stdout).to.equal(`${IMPORTED}; 610 of them were there already\n`);
    });
  }

  it('says which line meets another event in the target, and leaves that', async () => {
    const store = SqliteEventStore.open(join(target, 'events.db'));
    const [known] = lines.slice(0, 1).map((text) => JSON.parse(text)) as [Parameters<typeof newEvent>[0] & object];
    const { id, type, data, metadata } = newEvent(known);
    await store.append('webhook-action-1', 'no-stream', [{ id, type, data, metadata }, newEvent()]);
    await store.close();
    const { code, stderr } = await importing(lines.join(''));
    expect(code).to.equal(1);
    expect(stderr).to.equal(
      `hookledger: Line 2 is revision 1 of the stream 'webhook-action-1', where the event store has another event; all up to line 1 is written.\n`,
    );
  });

  it('refuses while a server runs on the file', async () => {
    const unlock = lockForThisProcess(join(target, 'server.lock'), 'A server');
    try {
      const { code, stderr } = await importing(lines.join(''));
      expect(code).to.equal(1);
      expect(stderr).to.match(/A hookledger server is running already on this data .*stop it first/);
    } finally {
      unlock();
    }
  });

  it('imports nothing from nothing', async () => {
    expect(await importing('')).to.deep.equal({ code: 0, stdout: '0 events in 0 streams imported\n', stderr: '' });
  });

  it('ends with 2 when used wrongly', async () => {
    const esdb = { HOOKLEDGER_EVENT_STORE: 'esdb://127.0.0.1:1?tls=false' };
    for (const [args, says, env] of [
      [['import', 'events.ndjson'], /too many arguments/],
      [['verify', '--expect-contents', 'abc'], /--expect-contents is 'abc'; it takes sha256:HEX/],
      [['verify', '--expect', `1:${'0'.repeat(64)}`], /--expect takes a hash of the chain.*--expect-contents/, esdb],
    ] as const) {
      const { code, stderr } = await runCommand(args, '', env);
      expect(stderr).to.match(says);
      expect(code).to.equal(2);
    }
  });

  describe('with EventStoreDB', () => {
    let server: EventStoreServerProcess;
    let env: NodeJS.ProcessEnv;

    beforeEach(async () => {
      server = await startEventStoreServerProcess();
      env = { HOOKLEDGER_EVENT_STORE: server.url };
    });
    afterEach(() => server.end());

    it('moves there and back, and all three hold the same', async () => {
      expect(await importing(lines.join(''), env)).to.deep.equal(imported);
      const contents = await contentsOf(source);
      expect(await contentsOf(target, env)).to.equal(contents);
      const { stdout } = await runCommand(['export', '--data', target], '', env);
      expect(await importing(stdout)).to.deep.equal(imported);
      expect(await contentsOf(target)).to.equal(contents);
    });

    it('goes on in the middle of a stream, and stops at another event', async () => {
      expect((await importing(lines.slice(0, 620).join(''), env)).code).to.equal(0);
      expect((await importing(lines.join(''), env)).stdout).to.equal(`${IMPORTED}; 620 of them were there already\n`);
      expect(await contentsOf(target, env)).to.equal(await contentsOf(source));
      const other = line(1_002, (event) => ({ ...event, id: newEvent().id }));
      expect((await importing([...lines.slice(0, -1), other].join(''), env)).stderr).to.match(
        /^hookledger: Line 1003 is revision \d+ of the stream 'delivery-0', where .*; all up to line 1002 is written\.\n$/,
      );
    });

    it('says which line has a name that the server has no place for', async () => {
      const bad = line(1_002, (event) => ({ ...event, stream: 'webhookAction-1', revision: 0 }));
      expect((await importing([...lines.slice(0, -1), bad].join(''), env)).stderr).to.match(
        /^hookledger: Line 1003 can't be written: "webhookAction-1" can't be a stream's name: .*; all up to line 1002 is written\.\n$/,
      );
    });

    it('says so when the server is not there', async () => {
      await server.end();
      const gone = { HOOKLEDGER_EVENT_STORE: `${server.url}&defaultDeadline=300` };
      const { code, stdout, stderr } = await importing(lines.join(''), gone);
      expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' });
      expect(stderr).to.match(/^hookledger: [^\n]+\n$/);
    });

    it('counts the events of a store that was written by the engine', async () => {
      const store = await openEventStore({ kind: 'eventstoredb', url: server.url });
      await store.append('delivery-1', 'no-stream', newEvents(2));
      await store.close();
      const { stdout } = await runCommand(['verify', '--data', target], '', env);
      expect(stdout).to.match(
        /^esdb:\S+ is as it was written: 2 events in 1 stream, up to position \d+; contents sha256:/,
      );
    });
  });

  it('finds by the chain what was changed in a moved store', async () => {
    await importing(lines.join(''));
    const db = new DatabaseSync(join(target, 'events.db'));
    db.exec(`UPDATE events SET type = 'Other' WHERE position = 5`);
    db.close();
    expect((await runCommand(['verify', '--data', target])).stderr).to.match(/position 5 is the first broken one/);
  });
});
