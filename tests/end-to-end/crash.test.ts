import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import type { HookledgerEvent } from '../../src/domain/events.js';
import { withUnlocked } from '../../src/interfaces/cli/with-event-store.js';
import { readSettings } from '../../src/settings.js';
import { CertificateAuthority } from '../support/certificate-authority.js';
import { eventually } from '../support/eventually.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { runCommand, type ServerProcess, startServerProcess } from '../support/server-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { ApiClient } from './api-client.js';

type Stored = RecordedEvent & HookledgerEvent;

/** As many events as make sure that the blow falls in mid-load. */
const EVENTS = 400;

describe('A server that dies or is stopped in mid-load', function () {
  this.timeout(120_000);
  let ca: CertificateAuthority;
  let folder: ReturnType<typeof temporaryFolder>;
  let steady: Receiver;
  let moody: Receiver;
  let server: ServerProcess;
  let key: string;

  before(async () => {
    ca = await CertificateAuthority.create();
  });
  beforeEach(async () => {
    folder = temporaryFolder();
    steady = await startReceiver({ ca, answer: () => ({ status: 200, delayMs: 5 }) });
    moody = await startReceiver({ ca, answer: ({ attempt }) => ({ status: attempt === 1 ? 503 : 200, delayMs: 5 }) });
    writeFileSync(join(folder.path, 'ca.pem'), ca.pem);
    const scopes = 'flows:write,flows:read,events:write,metrics:write,audit:read';
    const made = await runCommand(['api-key', 'create', '--name', 'test', '--scopes', scopes, '--data', folder.path]);
    key = made.stdout.trim();
    server = await start();
  });
  afterEach(async () => {
    server.child.kill('SIGKILL');
    await steady.close();
    await moody.close();
    folder.remove();
  });

  const start = () =>
    startServerProcess(folder.path, {
      HOOKLEDGER_EXTRA_CA: join(folder.path, 'ca.pem'),
      HOOKLEDGER_RETRY_SCALE: '0.01',
      HOOKLEDGER_ALLOW_NETWORKS: '127.0.0.0/8',
      HOOKLEDGER_ALLOW_PORTS: '*',
    });

  /** Sends events until the server is gone; @returns the unique ids that were answered with 202. */
  const load = async (client: ApiClient): Promise<string[]> => {
    const accepted: string[] = [];
    let next = 0;
    const sender = async (): Promise<void> => {
      while (next < EVENTS) {
        const uniqueId = `event-${next++}`;
        try {
          await client.sendEvent('Placed Order', uniqueId, { n: uniqueId });
          accepted.push(uniqueId);
        } catch {
          return;
        }
      }
    };
    await Promise.all(Array.from({ length: 8 }, sender));
    return accepted;
  };

  const stored = async (): Promise<Stored[]> => {
    const settings = readSettings({ data: folder.path }, {});
    return withUnlocked(
      settings,
      async ({ eventStore }) => (await Array.fromAsync(eventStore.readAll())).flat() as Stored[],
    );
  };

  /** Each accepted event's two deliveries reached a 2xx, receivers saw each of them, and no stream has a gap. */
  const expectNothingLost = async (accepted: readonly string[]): Promise<Stored[]> => {
    const all = await stored();
    const uniqueIds = new Set(all.flatMap((event) => (event.type === 'TriggerReceived' ? [event.data.uniqueId] : [])));
    for (const uniqueId of accepted) expect(uniqueIds).to.include(uniqueId);
    const requested = all.filter(({ type }) => type === 'DeliveryRequested').map(({ stream }) => stream);
    const succeeded = all.filter(({ type }) => type === 'DeliverySucceeded').map(({ stream }) => stream);
    expect(requested).to.have.lengthOf(uniqueIds.size * 2);
    expect([...succeeded].sort()).to.deep.equal([...requested].sort());
    const seen = new Set([...steady.receivedById.keys(), ...moody.receivedById.keys()]);
    for (const stream of requested) expect(seen).to.include(stream.slice('delivery-'.length));
    const revisions = new Map<string, number>();
    for (const { stream, revision } of all) {
      expect(revision, stream).to.equal((revisions.get(stream) ?? -1) + 1);
      revisions.set(stream, revision);
    }
    expect((await runCommand(['verify', '--data', folder.path])).code).to.equal(0);
    return all;
  };

  const allEnded = (client: ApiClient) =>
    eventually(
      'every delivery reaches its end',
      async () => {
        const { requested, succeeded, failed, skipped } = await client.totals();
        return requested > 0 && requested === succeeded + failed + skipped;
      },
      60_000,
    );

  it('loses nothing by kill -9: the next one ends what was begun', async () => {
    const client = new ApiClient(server.url, key);
    await client.liveFlow('Placed Order', [`${steady.url}/a`, `${moody.url}/b`]);
    const loading = load(client);
    await eventually('the load is under way', () => steady.received > 40 && moody.received > 40);
    await server.end('SIGKILL');
    const accepted = await loading;
    expect(accepted.length).to.be.within(10, EVENTS - 1);

    server = await start();
    await allEnded(new ApiClient(server.url, key));
    await server.end('SIGTERM');
    await expectNothingLost(accepted);
  });

  it('ends and records each attempt on SIGTERM: none is lost, none is made twice', async () => {
    const client = new ApiClient(server.url, key);
    await client.liveFlow('Placed Order', [`${steady.url}/a`, `${moody.url}/b`]);
    const loading = load(client);
    await eventually('the load is under way', () => steady.received > 40 && moody.received > 40);
    expect(await server.end('SIGTERM')).to.deep.equal({ code: 0, signal: null });
    const accepted = await loading;

    const atRest = await stored();
    const attempted = atRest.filter(({ type }) => type === 'DeliveryAttempted').length;
    const outcomes = ['DeliverySucceeded', 'DeliveryAttemptFailed'];
    expect(atRest.filter(({ type }) => outcomes.includes(type))).to.have.lengthOf(attempted);
    expect(steady.received + moody.received).to.equal(attempted);

    server = await start();
    await allEnded(new ApiClient(server.url, key));
    await server.end('SIGTERM');
    const all = await expectNothingLost(accepted);
    expect(steady.received + moody.received).to.equal(all.filter(({ type }) => type === 'DeliveryAttempted').length);
  });

  it('lets no second server work on the same data', async () => {
    const second = await runCommand(['serve', '--port', '0', '--data', folder.path]);
    expect(second.code).to.equal(1);
    expect(second.stderr).to.match(/is running already/);
  });
});
