import { expect } from 'chai';
import { Webhook } from 'standardwebhooks';
import { fromJSONSchema } from 'zod';
import { FEED_EVENT_TYPES } from '../../../src/domain/feed/feed-events.js';
import { CertificateAuthority } from '../../support/certificate-authority.js';
import { eventually } from '../../support/eventually.js';
import { type ReceivedRequest, type Receiver, startReceiver } from '../../support/receiver.js';
import { ShiftedClock } from '../../support/shifted-clock.js';
import { DocumentedAnswers, type OpenApi, type Parameter } from './documented-answers.js';
import { type Document, type RunningServer, startServer } from './running-server.js';

const DAY = 86_400_000;
const SUBSCRIPTIONS = '/api/hookledger/feed-subscriptions';

interface Told {
  type: string;
  timestamp: string;
  data: Record<string, unknown>;
}

describe('The outbound feed', () => {
  const clock = new ShiftedClock();
  let server: RunningServer;
  let receiver: Receiver;
  let broken = true;
  let events = 0;

  before(async () => {
    const ca = await CertificateAuthority.create();
    receiver = await startReceiver({
      ca,
      answer: ({ path }) => ({ status: path === '/gone' ? 410 : path === '/orders' && broken ? 503 : 200 }),
      keepRequests: 1_000,
    });
    server = await startServer(ca, { clock, env: { HOOKLEDGER_ALERT_FAILURES: '1' } });
  });
  after(async () => {
    await server.stop();
    await receiver.close();
  });

  const send = async (method: string, path: string, type?: string, attributes: object = {}, id?: string) => {
    const body = type === undefined ? undefined : { data: { type, ...(id === undefined ? {} : { id }), attributes } };
    const response = await server.fetch(method, path, body === undefined ? {} : { body });
    const text = await response.text();
    return { status: response.status, document: (text === '' ? {} : JSON.parse(text)) as Document };
  };
  const subscribe = async (path: string, told: readonly string[], narrowed: object = {}) => {
    const attributes = {
      name: 'On-call',
      url: `${receiver.url}${path}`,
      headers: { 'x-token': 'ours' },
      events: told,
      ...narrowed,
    };
    const { status, document } = await send('POST', SUBSCRIPTIONS, 'feed-subscription', attributes);
    expect(status, JSON.stringify(document)).to.equal(201);
    return { id: document.data.id, secret: document.data.attributes.secret as string };
  };
  const at = (path: string): ReceivedRequest[] => receiver.requests.filter((request) => request.path === path);
  const told = (path: string, type: string): Told[] =>
    at(path)
      .map(({ body }) => JSON.parse(body) as Told)
      .filter((one) => one.type === type);
  const order = () =>
    send('POST', '/api/events', 'event', {
      properties: {},
      unique_id: `order-${++events}`,
      metric: { data: { type: 'metric', attributes: { name: 'Placed Order' } } },
      profile: { data: { type: 'profile', attributes: { email: 'ana@example.com' } } },
    });
  const liveFlow = async (path = '/orders'): Promise<{ flowId: string; actionId: string }> => {
    const metric = await send('POST', '/api/hookledger/metrics', 'metric', { name: 'Placed Order' });
    const message = { url: `${receiver.url}${path}`, body: '{"to": "{{ person.email }}"}' };
    const { document } = await send('POST', '/api/flows', 'flow', {
      name: 'Orders',
      definition: {
        triggers: [{ type: 'metric', id: metric.document.data.id }],
        entry_action_id: 'only',
        actions: [{ temporary_id: 'only', type: 'send-webhook', data: { message, status: 'live' } }],
      },
    });
    const flowId = document.data.id;
    expect((await send('PATCH', `/api/flows/${flowId}`, 'flow', { status: 'live' }, flowId)).status).to.equal(200);
    const [action] = (await server.get(`/api/flows/${flowId}/flow-actions`)).data;
    return { flowId, actionId: action?.id as string };
  };
  const statusOf = async (actionId: string) => {
    const { definition } = (await server.get(`/api/flow-actions/${actionId}`)).data.attributes;
    return (definition as { data: { status: string } }).data.status;
  };

  it('tells of a receiver that fails, until it is suspended and resumed, by signed requests', async () => {
    const { id, secret } = await subscribe('/feed', ['delivery.failed', 'action.suspended', 'action.alert']);
    const { flowId, actionId } = await liveFlow();
    await order();
    const failed = await eventually('the failure is told', () => told('/feed', 'delivery.failed')[0]);
    const request = at('/feed').find(({ body }) => body.includes('delivery.failed')) as ReceivedRequest;
    expect(new Webhook(secret).verify(request.body, request.headers as Record<string, string>)).to.deep.equal(failed);
    expect(request.headers).to.include({ 'content-type': 'application/json', 'x-token': 'ours' });
    expect(request.headers).not.to.have.property('x-klaviyo-flow-id');
    const { delivery_id, trigger_id, profile_id, ...rest } = failed.data;
    expect(rest).to.deep.equal({
      flow_id: flowId,
      action_id: actionId,
      attempts: 18,
      reason: 'retries_used_up',
      code: '503',
    });
    const { data: delivery } = await server.get(`/api/hookledger/deliveries/${delivery_id}`);
    expect(delivery.attributes).to.include({ trigger_id, profile_id, status: 'failed' });
    expect(request.body).not.to.include('ana@');
    const alert = await eventually('the alert is told', () => told('/feed', 'action.alert')[0]);
    expect(alert.data).to.deep.equal({ flow_id: flowId, action_id: actionId, failures: 1, window_minutes: 60 });

    clock.advance(5 * DAY);
    await order();
    const suspended = await eventually('the suspension is told', () => told('/feed', 'action.suspended')[0]);
    expect(suspended.data).to.include({ flow_id: flowId, action_id: actionId });
    expect(suspended.data.reason).to.match(/^All \d\d attempts since \S+Z failed, the last one with 503\.$/);
    expect(await statusOf(actionId)).to.equal('disabled');
    // What was requested before goes on to its end; nothing new is started.
    await eventually('the second failure is told', () => told('/feed', 'delivery.failed').length === 2);
    await eventually('the second alert is told', () => told('/feed', 'action.alert').length === 2);
    await server.engine.idle();
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics)
      .to.match(/^hookledger_actions_suspended 1$/m)
      .and.match(/^hookledger_action_alerts_total 2$/m);
    await order();
    await server.engine.idle();
    expect(at('/orders')).to.have.lengthOf(36);

    broken = false;
    const resumed = await send('POST', `/api/hookledger/flow-actions/${actionId}/resume`);
    expect(resumed.status).to.equal(200);
    const { meta } = resumed.document as unknown as { meta: { set_up_checks: object[] } };
    expect(meta.set_up_checks).to.have.lengthOf(1);
    expect(meta.set_up_checks[0]).to.include({ action_id: actionId, verified: true });
    expect(await statusOf(actionId)).to.equal('live');
    await order();
    await eventually('it is sent again', () => at('/orders').length === 37);
    const again = await send('POST', `/api/hookledger/flow-actions/${actionId}/resume`);
    expect([again.status, again.document.errors[0]?.detail]).to.deep.equal([
      409,
      'Only an action that was suspended can be resumed; this one is live.',
    ]);
    // Its own deliveries are in the log as all others are, about nobody.
    const { data: own } = await server.get(`/api/hookledger/deliveries?filter=equals(action_id,"${id}")`);
    for (const { attributes } of own) {
      expect(attributes).to.include({ status: 'succeeded', action_id: id, flow_id: id, profile_id: null });
    }
    expect(own.length).to.be.greaterThan(3);
  });

  it('tells a narrowed subscription of those flows and actions alone', async () => {
    const [one, other] = [await liveFlow('/gone'), await liveFlow('/gone')];
    const { id } = await subscribe('/narrow', ['delivery.skipped'], { flow_ids: [one.flowId] });
    await order();
    await eventually('it is told', () => told('/narrow', 'delivery.skipped')[0]);
    // The other flow's delivery is dealt with as well, before what is told changes.
    await server.engine.idle();
    const changes = { flow_ids: null, action_ids: [other.actionId] };
    const changed = await send('PATCH', `${SUBSCRIPTIONS}/${id}`, 'feed-subscription', changes, id);
    expect(changed.document.data.attributes, JSON.stringify(changed.document)).to.deep.include(changes);
    await order();
    await eventually('it is told again', () => told('/narrow', 'delivery.skipped').length === 2);
    await server.engine.idle();
    expect(told('/narrow', 'delivery.skipped').map(({ data }) => data.action_id)).to.deep.equal([
      one.actionId,
      other.actionId,
    ]);
  });

  it("sends what the API's description says of it", async () => {
    const openApi = (await (await fetch(`${server.url}/openapi.json`)).json()) as OpenApi;
    const documented = new DocumentedAnswers(openApi);
    const sent = [...at('/feed'), ...at('/narrow')];
    const types = new Set<string>();
    for (const { body, headers } of sent) {
      const message = JSON.parse(body) as Told;
      types.add(message.type);
      const { parameters = [], requestBody } = openApi.webhooks[message.type]?.post ?? {};
      const schema = requestBody?.content['application/json']?.schema ?? {};
      fromJSONSchema(schema as Parameters<typeof fromJSONSchema>[0]).parse(message);
      // What is described leaves room for fields to come; those that are there are described.
      expect(schema.properties?.data?.properties).to.have.all.keys(Object.keys(message.data));
      const names = parameters.map((parameter) => documented.resolved<Parameter>(parameter).name);
      expect(names).to.deep.equal(['webhook-id', 'webhook-timestamp', 'webhook-signature']);
      expect(headers).to.include.keys(names);
    }
    expect([...types]).to.have.members([...FEED_EVENT_TYPES]);
    expect(Object.keys(openApi.webhooks)).to.deep.equal([...FEED_EVENT_TYPES]);
  });

  it('is no flow and no action of one', async () => {
    const { id } = await subscribe('/other', ['delivery.failed']);
    for (const [method, path] of [
      ['GET', `/api/flow-actions/${id}`],
      ['GET', `/api/flows/${id}`],
      ['DELETE', `/api/flow-actions/${id}`],
      ['POST', `/api/hookledger/flow-actions/${id}/resume`],
      ['POST', `/api/hookledger/flow-actions/${id}/signing-secret`],
    ] as const) {
      expect((await send(method, path)).status, `${method} ${path}`).to.equal(404);
    }
    expect((await send('GET', `${SUBSCRIPTIONS}/${id}`)).status).to.equal(200);
    const { actionId } = await liveFlow();
    for (const method of ['GET', 'DELETE'] as const) {
      expect((await send(method, `${SUBSCRIPTIONS}/${actionId}`)).status, method).to.equal(404);
    }
  });

  it('shows a subscription with nothing that is secret, changes it, and ends it', async () => {
    const { id } = await subscribe('/other', ['delivery.failed']);
    const path = `${SUBSCRIPTIONS}/${id}`;
    const { data } = await server.get(path);
    expect(data.attributes).to.not.have.property('secret');
    expect(data.attributes).to.deep.include({ status: 'live', reason: null, events: ['delivery.failed'] });
    const { headers } = data.attributes as { headers: Record<string, string> };
    expect(headers['x-token']).to.match(/^•••sha256:[0-9a-f]{8}$/);

    const changes = { name: 'Night shift', headers, events: ['action.alert'] };
    const changed = await send('PATCH', path, 'feed-subscription', changes, id);
    expect(changed.status).to.equal(200);
    expect(changed.document.data.attributes).to.deep.include({ ...changes, url: `${receiver.url}/other` });
    const rotated = await send('POST', `${path}/signing-secret`);
    expect(rotated.status).to.equal(201);
    expect(rotated.document.data.attributes.secret).to.match(/^whsec_/);

    expect((await send('DELETE', path)).status).to.equal(204);
    expect((await send('GET', path)).status).to.equal(404);
    expect((await send('DELETE', path)).status).to.equal(404);
    const listed = (await server.get(SUBSCRIPTIONS)).data.map((one) => one.id);
    expect(listed).not.to.include(id);
    expect(listed.length).to.be.greaterThan(0);
  });

  it('is not subscribed to with what could never be told, and says where it is wrong', async () => {
    const good = { name: 'On-call', url: `${receiver.url}/feed`, events: ['delivery.failed'] };
    const before = await server.eventStore.headPosition();
    const wrong: [object, string][] = [
      [{ ...good, url: 'http://example.com/' }, '/data/attributes/url'],
      [{ ...good, url: 'https://127.0.0.1:1/' }, '/data/attributes/url'],
      [{ ...good, events: [] }, '/data/attributes/events'],
      [{ ...good, events: ['delivery.failed', 'delivery.failed'] }, '/data/attributes/events'],
      [{ ...good, events: ['delivery.succeeded'] }, '/data/attributes/events/0'],
      [{ ...good, headers: { Host: 'x' } }, '/data/attributes/headers/Host'],
      [{ ...good, headers: { 'x-token': '•••sha256:01234567' } }, '/data/attributes/headers/x-token'],
      [{ ...good, flow_ids: [] }, '/data/attributes/flow_ids'],
      [{ ...good, flow_ids: ['none'] }, '/data/attributes/flow_ids/0'],
      [{ ...good, action_ids: ['none'] }, '/data/attributes/action_ids/0'],
    ];
    for (const [attributes, pointer] of wrong) {
      const { status, document } = await send('POST', SUBSCRIPTIONS, 'feed-subscription', attributes);
      expect(status, pointer).to.equal(400);
      expect(document.errors[0]?.source, JSON.stringify(document)).to.deep.equal({ pointer });
    }
    expect(await server.eventStore.headPosition()).to.equal(before);
  });
});
