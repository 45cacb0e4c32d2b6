import { expect } from 'chai';
import type { Container } from 'inversify';
import { type Kysely, sql } from 'kysely';
import type { EventStore } from '../../../../../src/application/ports/event-store.js';
import { TOKENS } from '../../../../../src/container.js';
import type { Role } from '../../../../../src/domain/account/role.js';
import type { ReadTables } from '../../../../../src/projections/read-tables.js';
import { SystemStatus } from '../../../../../src/system-status.js';
import { eventually } from '../../../../support/eventually.js';
import { postgres } from '../../../../support/postgres.js';
import { Person } from '../../person.js';
import { type RunningServer, startServer } from '../../running-server.js';

/** A member who is logged in. */
async function member(server: RunningServer, role: Role): Promise<Person> {
  const person = await Person.join(server, { email: `${role}@example.com`, role });
  expect((await person.logIn()).status).to.equal(201);
  return person;
}

/** The page's text, as it is read. */
async function shown(person: Person): Promise<string> {
  const response = await person.fetch('GET', '/system');
  expect(response.status).to.equal(200);
  return (await response.text()).replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
}

/** Presses the button, as that page does. */
const rebuild = ({ url }: RunningServer, { cookie = '' }: Person): Promise<Response> =>
  fetch(`${url}/system/rebuild`, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      origin: url,
      'sec-fetch-site': 'same-origin',
      cookie,
    },
  });

describe('The System page on files', () => {
  let server: RunningServer;
  let owner: Person;
  before(async () => {
    server = await startServer(undefined, { env: { HOOKLEDGER_MAX_BACKLOG: '2' } });
    owner = await member(server, 'owner');
  });
  after(() => server.stop());

  it('is for members', async () => {
    const response = await fetch(`${server.url}/system`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).to.deep.equal([303, '/log-in?continue=%2Fsystem']);
    expect((await rebuild(server, owner.browser())).headers.get('location')).to.equal('/log-in?continue=%2Fsystem');
  });

  it('says what the installation is made of and how it is', async () => {
    await server.engine.idle();
    const head = await server.eventStore.headPosition();
    const text = await shown(owner);
    expect(text)
      .to.include(`SQLite, ${head + 1} events, `)
      .and.include('kept in keys.db')
      .and.include('hookledger 0.1.0')
      .and.include('Roles api, worker, projector')
      .and.include('Nothing waits')
      .and.match(/queue up to date/)
      .and.match(/New events taken/);
  });

  it('gives the command, and refuses what a file can not do', async () => {
    expect(await shown(owner))
      .to.include('stop the server first')
      .and.not.to.match(/Rebuild\b/);
    const refused = await rebuild(server, owner);
    expect(refused.status).to.equal(409);
    expect(await refused.text()).to.include('stop the server and give hookledger projections rebuild');
  });

  it('says what waits longest, and that events are refused', async () => {
    const writer = server.container.get(TOKENS.ReadModelDatabase).writer;
    const due_at = server.clock.now() - 125_000;
    const rows = Array.from({ length: 1_200 }, (_, n) => ({
      delivery_id: `waiting-${n}`,
      action_id: 'action',
      origin: 'https://slow.example',
      due_at,
      claimable_at: due_at,
      leased_by: null,
    }));
    await writer.insertInto('delivery_queue').values(rows).execute();
    const text = await eventually('the backlog is looked at', async () => {
      const now = await shown(owner);
      return now.includes('refused (429)') && now;
    });
    expect(text)
      .to.include('Too much waits, so new events are refused')
      .and.include('https://slow.example 1,000 or more 1,000 or more')
      .and.match(/Oldest due 2 min \d+ s ago/);
    await writer.deleteFrom('delivery_queue').execute();
  });

  it('shows what is left while the read models are away', async () => {
    const status = server.container.get(SystemStatus);
    status.projections = () => Promise.reject(new Error('the database is away'));
    const text = await shown(owner);
    expect(text).to.include('Not everything can be read now: the database is away').and.include('hookledger 0.1.0');
    Reflect.deleteProperty(status, 'projections');
    expect(await shown(owner)).not.to.include('Not everything');
  });
});

describe('The System page on PostgreSQL', () => {
  let server: RunningServer;
  let removeSchema: () => Promise<void>;
  let db: Kysely<ReadTables>;
  let owner: Person;
  let schema: string;
  /** What readers of all events wait for after each of them; nothing at first. */
  let gate: Promise<void> | undefined;
  before(async () => {
    const made = await (await postgres()).newSchema();
    ({ schema, remove: removeSchema } = made);
    server = await startServer(undefined, { env: { HOOKLEDGER_READ_MODELS: made.url }, rebind: readSlowly });
    db = server.container.get(TOKENS.ReadModelDatabase).writer;
    owner = await member(server, 'owner');
  });
  after(async () => {
    await server.stop();
    await removeSchema();
  });

  function readSlowly(container: Container): void {
    const store = container.get(TOKENS.SealedEventStore);
    const slow: EventStore = {
      atomic: store.atomic,
      append: store.append.bind(store),
      appendMany: store.appendMany.bind(store),
      readStream: store.readStream.bind(store),
      subscribe: store.subscribe.bind(store),
      headPosition: store.headPosition.bind(store),
      close: store.close.bind(store),
      async *readAll(options) {
        const one = gate === undefined ? {} : { batchSize: 1 };
        for await (const events of store.readAll({ ...options, ...one })) {
          yield events;
          await gate;
        }
      },
    };
    container.rebind(TOKENS.SealedEventStore).toConstantValue(slow);
  }
  const oid = async (): Promise<string> => {
    const { rows } = await sql<{ oid: string }>`select 'delivery_queue'::regclass::oid::text as oid`.execute(db);
    return rows[0]?.oid as string;
  };

  it('builds the read models anew for owners and admins, and shows how far that is', async () => {
    await server.engine.idle();
    const before = await oid();
    let open = (): void => {};
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const begun = await rebuild(server, owner);
    expect([begun.status, begun.headers.get('location')]).to.deep.equal([303, '/system']);
    expect(await shown(owner))
      .to.include('All tables are built anew beside the live ones since')
      .and.match(/position 1 of \d+/)
      .and.not.to.match(/Rebuild\b/);
    expect((await rebuild(server, owner)).status, 'a second time does nothing').to.equal(303);
    open();
    gate = undefined;
    await eventually('the tables are swapped', async () => (await oid()) !== before);
    await eventually('the button is back', async () => /Rebuild\b/.test(await shown(owner)));
  });

  it('refuses that to others', async () => {
    const manager = await member(server, 'manager');
    expect(await shown(manager)).to.include('Owners and admins can build them anew here');
    const refused = await rebuild(server, manager);
    expect(refused.status).to.equal(403);
    expect(await refused.text()).to.include('takes the role admin or owner; manager@example.com has the role manager');
  });

  it('says that a rebuild was broken off', async () => {
    const beside = sql.id(`${schema}_rebuild`);
    await sql`create schema ${beside}`.execute(db);
    await sql`create table ${beside}.projection_checkpoints as select * from projection_checkpoints`.execute(db);
    expect(await shown(owner)).to.match(/A rebuild was broken off at position \d+: its process is gone/);
    await sql`drop schema ${beside} cascade`.execute(db);
  });

  it('shows all workers with their leases', async () => {
    const lease = (delivery_id: string, leased_by: string, claimable_at: number) => ({
      delivery_id,
      action_id: 'action',
      origin: 'https://slow.example',
      due_at: 0,
      claimable_at,
      leased_by,
    });
    const now = server.clock.now();
    await db
      .insertInto('delivery_queue')
      .values([lease('one', 'worker-held', now + 60_000), lease('two', 'worker-lost', now - 1)])
      .execute();
    // The worker of this process takes up what has run out, so that it's looked at once.
    const text = await shown(owner);
    expect(text).to.match(/worker-held 1 .* held/);
    await db.deleteFrom('delivery_queue').execute();
  });
});
