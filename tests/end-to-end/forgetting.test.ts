import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { CertificateAuthority } from '../support/certificate-authority.js';
import { eventually } from '../support/eventually.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { runCommand, type ServerProcess, startServerProcess } from '../support/server-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { tracesIn, tracesOf } from '../support/traces.js';
import { ApiClient } from './api-client.js';

const [FORGOTTEN, KEPT] = ['planted.person', 'kept.person'];
/** What is known of the one to be forgotten; each would be found in a file that holds it. */
const VALUES = [
  'planted.person@example.com',
  '+4915799999999',
  'planted-external-id',
  'Plantedfirstname',
  'planted-property-value',
  'planted-event-value',
];

interface Answer {
  data: { id: string; attributes: Record<string, unknown> }[];
}

describe('Forgetting a profile', function () {
  this.timeout(120_000);
  let folder: ReturnType<typeof temporaryFolder>;
  let receiver: Receiver;
  let server: ServerProcess;
  let api: ApiClient;

  beforeEach(async () => {
    const ca = await CertificateAuthority.create();
    folder = temporaryFolder();
    // What is sent comes back in each answer, as receivers like to do.
    receiver = await startReceiver({
      ca,
      answer: ({ path, body }) => ({ status: path === '/down' ? 503 : path === '/gone' ? 410 : 200, body }),
    });
    writeFileSync(join(folder.path, 'ca.pem'), ca.pem);
    const scopes =
      'flows:write,flows:read,events:write,metrics:write,profiles:write,profiles:read,audit:read,deliveries:write';
    const made = await runCommand(['api-key', 'create', '--name', 'test', '--scopes', scopes, '--data', folder.path]);
    await start();
    api = new ApiClient(server.url, made.stdout.trim());
  });
  afterEach(async () => {
    server.child.kill('SIGKILL');
    await receiver.close();
    folder.remove();
  });

  const start = async (): Promise<void> => {
    server = await startServerProcess(folder.path, {
      HOOKLEDGER_EXTRA_CA: join(folder.path, 'ca.pem'),
      HOOKLEDGER_ALLOW_NETWORKS: '127.0.0.0/8',
      HOOKLEDGER_ALLOW_PORTS: '*',
      HOOKLEDGER_LOG_LEVEL: 'trace',
    });
  };
  const get = (path: string): Promise<Answer> => api.ask('GET', path) as unknown as Promise<Answer>;

  const liveFlow = async (body: string, urls: readonly string[]): Promise<void> => {
    const metric = await api.ask('POST', '/api/hookledger/metrics', {
      data: { type: 'metric', attributes: { name: 'Placed Order' } },
    });
    const actions = urls.map((url, index) => ({
      temporary_id: `${index}`,
      type: 'send-webhook',
      links: { next: index + 1 < urls.length ? `${index + 1}` : null },
      data: { status: 'live', message: { name: `Webhook ${index}`, url, headers: {}, body } },
    }));
    const definition = { triggers: [{ type: 'metric', id: metric.data.id }], entry_action_id: '0', actions };
    const created = await api.ask('POST', '/api/flows', {
      data: { type: 'flow', attributes: { name: `On ${urls[0]}`, definition } },
    });
    const { id } = created.data;
    await api.ask('PATCH', `/api/flows/${id}`, { data: { type: 'flow', id, attributes: { status: 'live' } } });
  };

  /** A profile with all that is planted, one event of it, and the deliveries that follow. */
  const traffic = async (who: string): Promise<string> => {
    const planted = who === FORGOTTEN;
    const created = await api.ask('POST', '/api/profiles', {
      data: {
        type: 'profile',
        attributes: {
          email: `${who}@example.com`,
          ...(planted ? { phone_number: VALUES[1], external_id: VALUES[2] } : {}),
          first_name: planted ? VALUES[3] : 'Kept',
          properties: { favourite: planted ? VALUES[4] : 'kept-property-value' },
        },
      },
    });
    await api.ask('POST', '/api/events', {
      data: {
        type: 'event',
        attributes: {
          properties: { note: planted ? VALUES[5] : 'kept-event-value' },
          unique_id: `unique ${planted ? VALUES[5] : 'kept'}`,
          metric: { data: { type: 'metric', attributes: { name: 'Placed Order' } } },
          profile: { data: { type: 'profile', attributes: { email: `${who}@example.com` } } },
        },
      },
    });
    return created.data.id;
  };
  const deliveriesOf = async (profileId: string): Promise<Record<string, unknown>[]> =>
    (await get(`/api/hookledger/deliveries?filter=equals(profile_id,"${profileId}")`)).data.map(
      ({ id, attributes }) => ({
        id,
        ...attributes,
      }),
    );
  const allRecorded = async (profileId: string): Promise<boolean> => {
    const statuses = (await deliveriesOf(profileId)).map(({ status }) => status).sort();
    return String(statuses) === 'skipped,skipped,succeeded,waiting';
  };

  it('leaves nothing of it in any file, ends what waits, and leaves everybody else and the proof of the history', async () => {
    const body =
      '{"to": "{{ person.email }}", "name": "{{ first_name }}", "is": "{{ person.favourite }}", "note": "{{ event.note }}"}';
    await liveFlow(body, [`${receiver.url}/up`, `${receiver.url}/down`, `${receiver.url}/gone`]);
    // Its error quotes the value that is no number.
    await liveFlow('{"n": {{ event.note|safe }}}', [`${receiver.url}/up`]);
    const [planted, kept] = [await traffic(FORGOTTEN), await traffic(KEPT)];
    await eventually(
      'all is sent but what is tried again',
      async () => (await allRecorded(planted)) && allRecorded(kept),
    );
    // Nothing stands in clear even before.
    expect(tracesIn(folder.path, VALUES)).to.deep.equal([]);
    expect((await deliveriesOf(planted))[0]).to.include({ recipient: VALUES[0] });

    await api.ask('POST', '/api/data-privacy-deletion-jobs', {
      data: {
        type: 'data-privacy-deletion-job',
        attributes: { profile: { data: { type: 'profile', attributes: { email: VALUES[0] } } } },
      },
    });
    const waiting = async () => (await deliveriesOf(planted)).filter(({ status }) => status === 'waiting');
    await eventually('what waits is skipped', async () => (await waiting()).length === 0);
    const after = await deliveriesOf(planted);
    expect(after.map(({ status }) => status).sort()).to.deep.equal(['skipped', 'skipped', 'skipped', 'succeeded']);
    expect(after.filter(({ code }) => code === 'profile_forgotten')).to.have.lengthOf(1);
    expect(after.map(({ recipient }) => recipient)).to.deep.equal([null, null, null, null]);
    expect((await deliveriesOf(kept)).map(({ status }) => status)).to.include('waiting');

    // Histories go on to say what happened, without whom it happened to.
    const seen = [JSON.stringify(after)];
    for (const { id, code } of after) {
      const history = await get(`/api/hookledger/deliveries/${id}/history`);
      expect(history.data[0]?.attributes.data).to.include({
        body: code === 'not_rendered' ? null : '«forgotten»',
      });
      seen.push(JSON.stringify(history));
      const resend = api.ask('POST', `/api/hookledger/deliveries/${id}/resend`);
      const refusal = await resend.then(
        () => 'sent',
        (error: Error) => error.message,
      );
      expect(refusal).to.match(/answered 409/);
    }
    seen.push(JSON.stringify(await get(`/api/hookledger/streams/profile-${planted}/history`)));
    const gone = await api.ask('GET', `/api/profiles/${planted}`).then(
      () => '',
      (error: Error) => error.message,
    );
    expect(gone).to.match(/answered 404/);
    expect(tracesOf(seen.join('\n'), VALUES)).to.deep.equal([]);

    // The same person may come back, as somebody new.
    const again = await api.ask('POST', '/api/profile-import', {
      data: { type: 'profile', attributes: { email: 'planted.person@example.com' } },
    });
    expect(again.data.id).not.to.equal(planted);

    await server.end('SIGTERM');
    expect(tracesIn(folder.path, VALUES)).to.deep.equal([]);
    expect(tracesOf(server.log(), VALUES)).to.deep.equal([]);
    const run = (...args: string[]) => runCommand([...args, '--data', folder.path]);
    expect((await run('verify')).code).to.equal(0);
    const exported = await run('export');
    expect(exported.code).to.equal(0);
    expect(tracesOf(exported.stdout, VALUES)).to.deep.equal([]);
    // Read models that are built anew know no more of it either.
    expect((await run('projections', 'rebuild')).code).to.equal(0);
    expect(tracesIn(folder.path, VALUES)).to.deep.equal([]);
    expect((await run('history', `profile-${kept}`, '--json')).stdout).to.include('kept-property-value');
  });

  it('works at the command line beside no server: the next one skips what waits before it sends it', async () => {
    await liveFlow('{"to": "{{ person.email }}"}', [`${receiver.url}/down`]);
    const planted = await traffic(FORGOTTEN);
    const delivery = await eventually('it waits', async () =>
      (await deliveriesOf(planted)).find(({ status }) => status === 'waiting'),
    );
    await server.end('SIGTERM');
    const sent = receiver.received;
    const forgotten = await runCommand(['profile', 'forget', '--email', VALUES[0] as string, '--data', folder.path]);
    expect(forgotten.stdout).to.match(new RegExp(`^The profile ${planted} is forgotten`));
    expect(forgotten.code).to.equal(0);
    expect(tracesIn(folder.path, VALUES)).to.deep.equal([]);
    const twice = await runCommand(['profile', 'forget', '--email', VALUES[0] as string, '--data', folder.path]);
    expect([twice.code, twice.stderr]).to.deep.equal([1, 'hookledger: There is no profile with this email.\n']);
    const wrong = await runCommand(['profile', 'forget', '--data', folder.path]);
    expect([wrong.code, wrong.stderr]).to.deep.equal([
      2,
      'hookledger: Name one profile: by its id, --email, --phone-number or --external-id.\n',
    ]);
    await start();
    const history = await eventually('it is skipped', async () => {
      const { stdout } = await runCommand(['history', `delivery-${delivery.id}`, '--data', folder.path]);
      return stdout.includes('profile_forgotten') && stdout;
    });
    expect(history).to.include('The delivery was skipped after');
    expect(receiver.received).to.equal(sent);
    expect(readFileSync(join(folder.path, 'keys.db')).length).to.be.greaterThan(0);
  });
});
