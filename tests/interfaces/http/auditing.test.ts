import { expect } from 'chai';
import { CertificateAuthority } from '../../support/certificate-authority.js';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { type Document, type RunningServer, startServer } from './running-server.js';

describe('What marketers, engineers and auditors ask by HTTP', () => {
  let server: RunningServer;
  let receiver: Receiver;
  /** What the receiver answers, by path; 200 unless set. */
  const answers: Record<string, { status: number; headers?: Record<string, string> }> = {};
  let flowId: string;
  let actionIds: string[];

  const post = async (path: string, body?: object): Promise<Document> => {
    const response = await server.fetch('POST', path, body === undefined ? {} : { body });
    const text = await response.text();
    expect(response.ok, text).to.equal(true);
    return (text === '' ? {} : JSON.parse(text)) as Document;
  };

  const sendEvent = (uniqueId: string, email = 'ana@example.com') =>
    post('/api/events', {
      data: {
        type: 'event',
        attributes: {
          properties: { n: uniqueId },
          unique_id: uniqueId,
          metric: { data: { type: 'metric', attributes: { name: 'Placed Order' } } },
          profile: { data: { type: 'profile', attributes: { email } } },
        },
      },
    });

  const deliveriesOf = async (actionId: string | undefined, more = ''): Promise<Document['data'][number][]> =>
    (await server.get(`/api/hookledger/deliveries?filter=equals(action_id,"${actionId}")${more}`)).data;

  const standing = (actionId: string | undefined, status: string) =>
    eventually(`the delivery of ${actionId} is ${status}`, async () =>
      (await deliveriesOf(actionId)).find(({ attributes }) => attributes.status === status),
    );

  before(async () => {
    const ca = await CertificateAuthority.create();
    receiver = await startReceiver({ ca, answer: ({ path }) => answers[path] ?? { status: 200 } });
    server = await startServer(ca);
    const metric = await post('/api/hookledger/metrics', {
      data: { type: 'metric', attributes: { name: 'Placed Order' } },
    });
    const action = (name: string, next: string | null) => ({
      temporary_id: name,
      type: 'send-webhook',
      links: { next },
      data: {
        message: {
          name,
          url: `${receiver.url}/${name}`,
          headers: { 'x-token': 'very secret' },
          body: '{"n": "{{ event.n }}"}',
        },
      },
    });
    const flow = await post('/api/flows', {
      data: {
        type: 'flow',
        attributes: {
          name: 'Orders',
          definition: {
            triggers: [{ type: 'metric', id: metric.data.id }],
            entry_action_id: 'well',
            actions: [action('well', 'gone'), action('gone', 'down'), action('down', 'later'), action('later', null)],
          },
        },
      },
    });
    flowId = flow.data.id;
    actionIds = (await server.get(`/api/flows/${flowId}/flow-actions`)).data.map(({ id }) => id);
    const body = { data: { type: 'flow', id: flowId, attributes: { status: 'live' } } };
    expect((await server.fetch('PATCH', `/api/flows/${flowId}`, { body })).status).to.equal(200);

    answers['/gone'] = { status: 410 };
    answers['/down'] = { status: 503 };
    answers['/later'] = { status: 429, headers: { 'retry-after': '3600' } };
    await sendEvent('order-1');
    await standing(actionIds[0], 'succeeded');
    await standing(actionIds[1], 'skipped');
    await standing(actionIds[2], 'failed');
    await standing(actionIds[3], 'waiting');
  });
  after(async () => {
    await server.stop();
    await receiver.close();
  });

  it('counts deliveries: all, of a flow, of an action, of a time', async () => {
    const all = await server.get('/api/hookledger/analytics');
    expect(all.data).to.deep.include({ type: 'webhook-analytics', id: 'all' });
    const totals = { requested: 4, succeeded: 1, failed: 1, skipped: 1, waiting: 1, attempts: 21, retried: 18 };
    expect(all.data.attributes.totals).to.deep.equal(totals);
    const keys = ['totals', 'actions', 'hours', 'codes', 'attempts_to_end', 'response_time'];
    expect(all.data.attributes).to.have.all.keys(keys);
    expect(all.data.attributes).to.have.nested.property('codes[0]').that.deep.equals({ code: '503', count: 18 });
    expect(all.data.attributes).to.have.nested.property('response_time.p95_ms').that.is.a('number');

    const ofFlow = await server.get(`/api/hookledger/analytics?filter=equals(flow_id,"${flowId}")`);
    expect(ofFlow.data.attributes.totals).to.deep.equal(totals);
    const ofAction = await server.get(`/api/hookledger/analytics?filter=equals(action_id,"${actionIds[1]}")`);
    expect(ofAction.data.id).to.equal(actionIds[1]);
    expect(ofAction.data.attributes.totals).to.include({ requested: 1, skipped: 1, attempts: 1 });
    expect(ofAction.data.attributes).to.have.nested.property('actions[0].action_id', actionIds[1]);
    const before = await server.get('/api/hookledger/analytics?to=2020-01-01T00:00:00%2B01:00');
    expect(before.data.attributes.totals).to.include({ requested: 0, succeeded: 0 });
    const sparse = await server.get('/api/hookledger/analytics?fields[webhook-analytics]=totals');
    expect(sparse.data.attributes).to.have.all.keys(['totals']);
  });

  it('lists what became of each delivery', async () => {
    const [failed] = await deliveriesOf(actionIds[2]);
    expect(failed?.attributes).to.deep.include({
      status: 'failed',
      attempts: 18,
      recipient: 'ana@example.com',
      url: `${receiver.url}/down`,
      code: '503',
      action_id: actionIds[2],
      flow_id: flowId,
    });
    const read = await server.get(failed?.links.self ?? '');
    expect(read.data.id).to.equal(failed?.id);
    const profileId = String(failed?.attributes.profile_id);
    const ofProfile = await server.get(
      `/api/hookledger/deliveries?filter=equals(profile_id,"${profileId}"),equals(status,"skipped")`,
    );
    expect(ofProfile.data.map(({ attributes }) => attributes.code)).to.deep.equal(['410']);
    const ofFlow = await server.get(`/api/hookledger/deliveries?filter=equals(flow_id,"${flowId}")&page[size]=3`);
    expect(ofFlow.data).to.have.lengthOf(3);
    const next = await server.get(ofFlow.links.next ?? '');
    expect([...ofFlow.data, ...next.data].map(({ attributes }) => attributes.action_id)).to.have.members(actionIds);
    expect(next.links.next).to.equal(null);
  });

  it('shows the queues', async () => {
    const queue = async (name: string) =>
      (await server.get(`/api/hookledger/queues/${name}`)).data.map(({ attributes }) => attributes.action_id);
    expect(await queue('failed')).to.deep.equal([actionIds[2]]);
    expect(await queue('skipped')).to.deep.equal([actionIds[1]]);
    expect(await queue('waiting')).to.deep.equal([actionIds[3]]);
    const other = await server.get('/api/hookledger/queues/failed?filter=equals(flow_id,"other")');
    expect(other.data).to.deep.equal([]);
  });

  it("tells a delivery's history in sentences, and as of a time", async () => {
    const [skipped] = await deliveriesOf(actionIds[1]);
    const history = await server.get(`/api/hookledger/deliveries/${skipped?.id}/history`);
    expect(history.data.map(({ attributes }) => attributes.type)).to.deep.equal([
      'DeliveryRequested',
      'DeliveryAttempted',
      'DeliverySkipped',
    ]);
    expect(history.data.map(({ attributes }) => attributes.revision)).to.deep.equal([0, 1, 2]);
    expect(history.data[2]?.attributes.sentence).to.match(/skipped after 1 attempt .*410/);
    const sameByStream = await server.get(`/api/hookledger/streams/delivery-${skipped?.id}/history`);
    expect(sameByStream.data).to.deep.equal(history.data);
    const before = await server.get(`/api/hookledger/deliveries/${skipped?.id}/history?as_of=2020-01-01T00:00:00Z`);
    expect(before.data).to.deep.equal([]);
  });

  it('gives no header value away, in histories and elsewhere', async () => {
    const paths = [
      `/api/hookledger/streams/webhook-action-${actionIds[0]}/history`,
      `/api/flows/${flowId}?additional-fields[flow]=definition&include=flow-actions`,
      `/api/flow-actions/${actionIds[0]}`,
      `/api/flows/${flowId}/flow-actions`,
    ];
    for (const path of paths) {
      const text = await (await server.fetch('GET', path)).text();
      expect(text, path).to.include('x-token').and.include('•••').and.not.include('very secret');
    }
    const [, keyId = ''] = /^hk_([0-9a-f]{32})_/.exec(server.key) ?? [];
    const uuid = keyId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    const text = await (await server.fetch('GET', `/api/hookledger/streams/api-key-${uuid}/history`)).text();
    expect(text).to.include('ApiKeyIssued').and.not.include('secretSha256');
  });

  it('sends a failed delivery again, once it is asked to', async () => {
    const [failed] = await deliveriesOf(actionIds[2]);
    delete answers['/down'];
    const resent = await server.fetch('POST', `/api/hookledger/deliveries/${failed?.id}/resend`);
    expect(resent.status).to.equal(202);
    expect(((await resent.json()) as Document).data.id).to.equal(failed?.id);
    const succeeded = await standing(actionIds[2], 'succeeded');
    expect(succeeded.attributes.attempts).to.equal(19);
    expect((await server.get('/api/hookledger/queues/failed')).data).to.deep.equal([]);

    const again = await server.fetch('POST', `/api/hookledger/deliveries/${failed?.id}/resend`);
    expect(again.status).to.equal(409);
    const [error] = ((await again.json()) as Document).errors;
    expect(error).to.deep.include({ code: 'conflict', source: {} });
  });

  it('lets nobody read or resend without the scope', async () => {
    const key = await server.issueKey(['flows:read', 'events:write']);
    const headers = { authorization: `Klaviyo-API-Key ${key}` };
    for (const request of [
      'GET /api/hookledger/analytics',
      'GET /api/hookledger/deliveries',
      'GET /api/hookledger/deliveries/x/history',
      'GET /api/hookledger/queues/failed',
      'GET /api/hookledger/streams/x/history',
      'POST /api/hookledger/deliveries/x/resend',
    ]) {
      const [method = '', path = ''] = request.split(' ');
      expect((await server.fetch(method, path, { headers })).status, request).to.equal(403);
    }
  });
});
