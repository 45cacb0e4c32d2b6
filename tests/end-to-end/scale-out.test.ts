import { expect } from 'chai';
import { startEventStoreServerProcess } from '../support/event-store-server/event-store-server-process.js';
import { eventually, untilDone } from '../support/eventually.js';
import { Installation } from '../support/installation.js';
import { TestPostgres } from '../support/postgres.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import type { ServerProcess } from '../support/server-process.js';
import { ApiClient } from './api-client.js';

const EVENTS = 300;

describe('Many processes on one PostgreSQL', function () {
  this.timeout(600_000);
  let installation: Installation;
  let steady: Receiver;
  let moody: Receiver;
  const ended: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    installation = await Installation.make();
    const { ca } = installation;
    steady = await startReceiver({ ca, answer: () => ({ status: 200, delayMs: 5 }) });
    moody = await startReceiver({ ca, answer: ({ attempt }) => ({ status: attempt === 1 ? 503 : 200, delayMs: 5 }) });
  });
  afterEach(async () => {
    await installation.remove();
    for (const end of ended.splice(0)) await end();
    await steady.close();
    await moody.close();
  });

  /** Refused for a moment, a caller sends again, as Klaviyo's SDK does. */
  const sendUntilTaken = async (client: ApiClient, uniqueId: string): Promise<void> => {
    await eventually(`${uniqueId} is taken`, () =>
      client.sendEvent('Placed Order', uniqueId, { n: uniqueId }).then(
        () => true,
        (error: { response?: { status: number } }) => {
          if (error.response?.status === 503) return false;
          throw error;
        },
      ),
    );
  };
  const send = async (client: ApiClient, from: number, to: number): Promise<void> => {
    let next = from;
    const sender = async (): Promise<void> => {
      while (next < to) {
        const uniqueId = `event-${next++}`;
        await sendUntilTaken(client, uniqueId);
      }
    };
    await Promise.all(Array.from({ length: 8 }, sender));
  };
  const allEnded = (client: ApiClient, deliveries: number, receivers = [steady, moody], of = installation) =>
    untilDone(
      'every delivery reaches its end',
      async () => {
        const { succeeded, failed, skipped } = await client.totals();
        return deliveries === succeeded + failed + skipped;
      },
      () => receivers.reduce((sum, { received }) => sum + received, 0),
    ).catch(async (error: Error) => {
      throw new Error(`${error.message}\n${await of.standing()}`);
    });

  it('share the work by roles: what one takes in, another projects and a third sends', async () => {
    const api = await installation.start(['api']);
    const projector = await installation.start(['projector']);
    const worker = await installation.start(['worker']);
    const client = new ApiClient(api.url, await installation.apiKey());
    await client.liveFlow('Placed Order', [`${steady.url}/a`, `${moody.url}/b`]);
    await send(client, 0, 20);
    await allEnded(client, 40);
    expect(await client.totals()).to.deep.include({ requested: 40, succeeded: 40 });
    expect([steady.received, moody.received]).to.deep.equal([20, 40]);
    expect((await fetch(`${worker.url}/readyz`)).status).to.equal(200);
    expect((await fetch(`${worker.url}/api/flows`)).status, 'without the role api').to.equal(404);
    for (const one of [worker, projector, api]) {
      expect(await one.end('SIGTERM')).to.deep.equal({ code: 0, signal: null });
    }
  });

  it('lose nothing and send nothing twice at once, while processes are killed and connections dropped', async () => {
    const eventStore = await startEventStoreServerProcess();
    ended.push(() => eventStore.end());
    installation.env.HOOKLEDGER_EVENT_STORE = eventStore.url;
    const api = await installation.start(['api']);
    const client = new ApiClient(api.url, await installation.apiKey());
    const perOrigin = { HOOKLEDGER_CONCURRENCY_PER_ORIGIN: '6' };
    const start = () => installation.start(['worker', 'projector'], perOrigin);
    const workers: ServerProcess[] = await Promise.all([start(), start(), start()]);
    await client.liveFlow('Placed Order', [`${steady.url}/a`, `${moody.url}/b`]);
    for (let round = 0; round < 3; round++) {
      const sending = send(client, (round * EVENTS) / 3, ((round + 1) * EVENTS) / 3);
      const before = steady.received;
      await eventually('deliveries are under way', () => steady.received > before + 10);
      const [victim] = workers.splice(0, 1) as [ServerProcess];
      await victim.end('SIGKILL');
      eventStore.dropConnections();
      workers.push(await start());
      await sending;
    }
    await allEnded(client, EVENTS * 2);
    expect(await client.totals()).to.deep.include({ requested: EVENTS * 2, succeeded: EVENTS * 2 });
    for (const receiver of [steady, moody]) {
      expect(receiver.receivedById.size).to.equal(EVENTS);
      expect(receiver.overlaps).to.equal(0);
      expect(receiver.mostAtOnce).to.be.at.most(6);
    }
  });

  it('says so, instead of waiting for ever, while no process keeps the read models', async () => {
    const api = await installation.start(['api']);
    const key = await installation.apiKey();
    const answer = await fetch(`${api.url}/api/hookledger/metrics`, {
      method: 'POST',
      headers: {
        authorization: `Klaviyo-API-Key ${key}`,
        revision: '2026-07-15',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ data: { type: 'metric', attributes: { name: 'Placed Order' } } }),
    });
    expect([answer.status, answer.headers.get('retry-after')]).to.deep.equal([503, '5']);
    expect(await answer.text()).to.match(/is recorded, but the read models are behind/);
  });

  it('lose nothing while PostgreSQL is away, and go on when it is back', async () => {
    const own = await TestPostgres.start();
    const isolated = await Installation.make({}, own);
    const receiver = await startReceiver({ ca: isolated.ca, answer: () => ({ status: 200, delayMs: 2 }) });
    try {
      const [api, first] = await Promise.all([
        isolated.start(['api'], { HOOKLEDGER_LOG_LEVEL: 'silent' }),
        isolated.start(['worker', 'projector'], { HOOKLEDGER_LOG_LEVEL: 'silent' }),
      ]);
      const client = new ApiClient(api.url, await isolated.apiKey());
      await client.liveFlow('Placed Order', [`${receiver.url}/a`]);
      const sending = send(client, 0, 100);
      await eventually('deliveries are under way', () => receiver.received > 10);
      await own.down();
      const late = send(client, 100, 120);
      await eventually('it says that the database is away', async () => {
        const away = await fetch(`${first.url}/readyz`);
        return away.status === 503 && /is lost/.test(JSON.stringify(await away.json()));
      });
      await own.up();
      await Promise.all([sending, late]);
      await eventually('it is ready again', async () => (await fetch(`${first.url}/readyz`)).status === 200);
      await allEnded(client, 120, [receiver], isolated);
      expect(receiver.receivedById.size).to.equal(120);
    } finally {
      await isolated.remove();
      await receiver.close();
      own.kill();
    }
  });
});
