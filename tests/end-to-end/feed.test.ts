import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import { CertificateAuthority } from '../support/certificate-authority.js';
import { eventually } from '../support/eventually.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { runCommand, type ServerProcess, startServerProcess } from '../support/server-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { ApiClient } from './api-client.js';

const EACH = 20;

describe('The outbound feed over a restart', function () {
  this.timeout(120_000);
  let folder: ReturnType<typeof temporaryFolder>;
  let receiver: Receiver;
  let server: ServerProcess;
  let api: ApiClient;
  let key: string;

  before(async () => {
    const ca = await CertificateAuthority.create();
    folder = temporaryFolder();
    receiver = await startReceiver({
      ca,
      answer: ({ path }) => ({ status: path === '/gone' ? 410 : 200 }),
      keepRequests: 1_000,
    });
    writeFileSync(join(folder.path, 'ca.pem'), ca.pem);
    const scopes = 'flows:write,flows:read,events:write,metrics:write,audit:read';
    const made = await runCommand(['api-key', 'create', '--name', 'test', '--scopes', scopes, '--data', folder.path]);
    key = made.stdout.trim();
    await start();
  });
  after(async () => {
    server.child.kill('SIGKILL');
    await receiver.close();
    folder.remove();
  });

  const start = async (): Promise<void> => {
    server = await startServerProcess(folder.path, {
      HOOKLEDGER_EXTRA_CA: join(folder.path, 'ca.pem'),
      HOOKLEDGER_ALLOW_NETWORKS: '127.0.0.0/8',
      HOOKLEDGER_ALLOW_PORTS: '*',
    });
    api = new ApiClient(server.url, key);
  };
  const told = (): readonly string[] =>
    receiver.requests.filter(({ path }) => path === '/feed').map(({ body }) => JSON.parse(body).data.delivery_id);
  const sendEvents = async (from: number): Promise<void> => {
    for (let n = from; n < from + EACH; n++) await api.sendEvent('Placed Order', `event-${n}`, { n });
  };
  const subscribe = (url: string) =>
    api.ask('POST', '/api/hookledger/feed-subscriptions', {
      data: { type: 'feed-subscription', attributes: { name: 'On-call', url, events: ['delivery.skipped'] } },
    });

  it('tells nothing twice and forgets nothing, though its process was killed and its checkpoint is lost', async () => {
    await api.liveFlow('Placed Order', [`${receiver.url}/gone`]);
    await sendEvents(0);
    await eventually('what comes before the subscription is skipped', async () => {
      return (await api.totals()).skipped === EACH;
    });
    await subscribe(`${receiver.url}/feed`);
    await sendEvents(EACH);
    await eventually('some of it is told', () => told().length >= EACH / 2);
    await server.end('SIGKILL');

    const database = new DatabaseSync(join(folder.path, 'read.db'));
    database.exec('DELETE FROM process_checkpoints');
    database.close();
    await start();
    await sendEvents(2 * EACH);
    await eventually('all of it is told', () => new Set(told()).size === 2 * EACH);
    await server.end('SIGTERM');
    // What was under way when the process was killed is sent again under its own id.
    const requests = receiver.requests.filter(({ path }) => path === '/feed');
    const ids = new Set(requests.map(({ webhookId }) => webhookId));
    expect(ids.size).to.equal(2 * EACH);
    expect(new Set(told()).size).to.equal(2 * EACH);
  });
});
