import { join } from 'node:path';
import { expect } from 'chai';
import { AggregateStore } from '../../src/application/aggregate-store.js';
import type { CommandContext } from '../../src/application/command-context.js';
import { EventCommands } from '../../src/application/commands/events.js';
import { FlowCommands } from '../../src/application/commands/flows.js';
import type { EndpointCheck } from '../../src/application/ports/endpoint-checker.js';
import { FlowSteps } from '../../src/application/process-managers/flow-steps.js';
import { NO_SEGMENTS } from '../../src/application/process-managers/segment-membership.js';
import { TriggerProcess } from '../../src/application/process-managers/trigger-deliveries.js';
import { flow, flowStream } from '../../src/domain/flow/flow.js';
import { RuleViolation } from '../../src/domain/kernel/rule-violation.js';
import { secretsAt, webhookAction, webhookActionStream } from '../../src/domain/webhook-action/webhook-action.js';
import { SqliteEventStore } from '../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { SealingEventStore } from '../../src/infrastructure/security/sealing-event-store.js';
import { RandomIds } from '../../src/infrastructure/system/random-ids.js';
import { DjangoTemplateEngine } from '../../src/infrastructure/templating/django-template-engine.js';
import { rejection } from '../contract/rejection.js';
import { NO_STEPS } from '../support/live-flows.js';
import { ManualClock } from '../support/manual-clock.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { TEST_VAULT } from '../support/test-vault.js';

const [GOOD, BAD] = ['https://good.example/hook', 'https://bad.example/hook'];
const context: CommandContext = {
  actor: { kind: 'cli', id: 'test', name: 'test' },
  correlationId: 'c',
  causationId: 'c',
};

describe('The set-up check', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let eventStore: SealingEventStore;
  let aggregates: AggregateStore;
  let clock: ManualClock;
  let flows: FlowCommands;
  let metricId: string;
  let asked: string[];
  let answers: Record<string, EndpointCheck>;

  beforeEach(async () => {
    folder = temporaryFolder();
    eventStore = new SealingEventStore(SqliteEventStore.open(join(folder.path, 'events.db')), TEST_VAULT);
    clock = new ManualClock('2026-01-01T00:00:00.000Z');
    const [ids, templates] = [new RandomIds(), new DjangoTemplateEngine(clock)];
    aggregates = new AggregateStore(eventStore, clock, ids);
    asked = [];
    answers = {
      [GOOD]: { verified: true, detail: 'It answered.' },
      [BAD]: { verified: false, problem: 'self_signed', detail: 'Its certificate is self-signed.' },
    };
    const check = async (url: string): Promise<EndpointCheck> => {
      asked.push(url);
      return answers[url] as EndpointCheck;
    };
    flows = new FlowCommands(aggregates, templates, ids, { check }, NO_STEPS);
    const triggers = new TriggerProcess({ startedBy: () => [] }, new FlowSteps(templates, ''));
    const events = new EventCommands(aggregates, triggers, clock, ids, NO_SEGMENTS);
    metricId = (await events.createMetric('Placed Order', context)).result.metricId;
  });
  afterEach(async () => {
    await eventStore.close();
    folder.remove();
  });

  const create = async (urls: readonly string[], by = flows) => {
    const actions = urls.map((url, index) => ({
      temporaryId: `${index}`,
      type: 'send-webhook' as const,
      next: index + 1 < urls.length ? `${index + 1}` : null,
      status: 'live' as const,
      configuration: { name: '', url, headers: {}, body: '{}' },
    }));
    const trigger = { type: 'metric', id: metricId } as const;
    return (await by.create({ name: 'Flow', trigger, actions, entryActionId: '0' }, context)).result;
  };
  const add = async (flowId: string, after: string | null, url: string) => {
    const configuration = { name: 'Added', url, headers: {}, body: '{}' };
    const place = { after, link: 'next' } as const;
    return (await flows.addWebhook(flowId, place, { configuration, status: 'live' }, context)).result;
  };
  const refusal = (command: Promise<unknown>) => rejection(command, RuleViolation);
  const state = (actionId: string) => aggregates.load(webhookAction, webhookActionStream(actionId));
  const types = async (actionId: string) =>
    (await eventStore.readStream(webhookActionStream(actionId))).map(({ type }) => type.replace('WebhookAction', ''));

  it('is made of a webhook that is added to a flow, and sets it live where it is good', async () => {
    const { flowId } = (await flows.createEmpty('Flow', { type: 'metric', id: metricId }, context)).result;
    const good = await add(flowId, null, GOOD);
    const bad = await add(flowId, good.actionId, BAD);
    expect(good.checks).to.deep.equal([{ actionId: good.actionId, verified: true, detail: 'It answered.' }]);
    expect(bad.checks[0]?.detail).to.equal('Its certificate is self-signed.');
    expect([(await state(good.actionId)).status, (await state(bad.actionId)).status]).to.deep.equal(['live', 'draft']);
    expect((await aggregates.load(flow, flowStream(flowId))).actions).to.deep.equal([
      { id: good.actionId, type: 'send-webhook', next: bad.actionId },
      { id: bad.actionId, type: 'send-webhook', next: null },
    ]);
  });

  it('is not made where the webhook is refused, which leaves the flow as it was', async () => {
    const { flowId } = (await flows.createEmpty('Flow', { type: 'metric', id: metricId }, context)).result;
    const before = await eventStore.headPosition();
    const refused = await refusal(add(flowId, null, 'http://good.example/hook'));
    expect(refused).to.deep.include({ rule: 'endpoint_not_https', pointer: '/data/message/url' });
    expect(await refusal(add(flowId, 'x', GOOD))).to.deep.include({ rule: 'place_unknown' });
    expect(await refusal(add('x', null, GOOD))).to.deep.include({ rule: 'flow_unknown' });
    expect(await eventStore.headPosition()).to.equal(before);
    expect(asked).to.deep.equal([]);
  });

  it('comes after what starts the flow is known', async () => {
    const made = flows.createEmpty('Flow', { type: 'metric', id: 'x' }, context);
    expect(await refusal(made)).to.deep.include({ rule: 'trigger_unknown', pointer: '/triggers/0/id' });
  });

  it('lets a good action go live, leaves a bad one in draft with the reason, and asks once for each URL', async () => {
    const { flowId, actionIds, checks } = await create([GOOD, BAD, GOOD]);
    const [good, bad, again] = actionIds as [string, string, string];
    expect(checks).to.deep.equal([
      { actionId: good, verified: true, detail: 'It answered.' },
      { actionId: bad, verified: false, detail: 'Its certificate is self-signed.' },
      { actionId: again, verified: true, detail: 'It answered.' },
    ]);
    expect(asked).to.deep.equal([GOOD, BAD]);
    expect(await types(good)).to.deep.equal(['Configured', 'SigningSecretRotated', 'EndpointVerified', 'WentLive']);
    expect(await types(bad)).to.deep.equal(['Configured', 'SigningSecretRotated', 'EndpointRejected']);
    expect((await state(bad)).endpoint).to.deep.equal({
      status: 'rejected',
      url: BAD,
      detail: 'Its certificate is self-signed.',
    });

    // Setting the whole flow live tries again what failed, and nothing else.
    const still = await flows.changeStatus(flowId, 'live', context);
    expect(still.result.map(({ actionId, verified }) => [actionId, verified])).to.deep.equal([[bad, false]]);
    expect(await Promise.all(actionIds.map(async (id) => (await state(id)).status))).to.deep.equal([
      'live',
      'draft',
      'live',
    ]);
    answers[BAD] = { verified: true, detail: 'It answers now.' };
    expect((await flows.updateAction(bad, { status: 'live' }, context)).result).to.deep.equal([
      { actionId: bad, verified: true, detail: 'It answers now.' },
    ]);
    expect((await state(bad)).status).to.equal('live');
  });

  it('takes a live action back to draft when it is saved with a URL that fails', async () => {
    const [action] = (await create([GOOD])).actionIds as [string];
    const moved = await flows.updateAction(
      action,
      { status: 'live', configure: (present) => ({ ...present, url: BAD }) },
      context,
    );
    expect(moved.result).to.deep.equal([
      { actionId: action, verified: false, detail: 'Its certificate is self-signed.' },
    ]);
    expect((await state(action)).status).to.equal('draft');
    // Sent back, each URL is checked anew: what was good may not be any more.
    answers[GOOD] = { verified: false, problem: 'timeout', detail: 'It did not answer.' };
    await flows.updateAction(action, { configure: (present) => ({ ...present, url: GOOD }) }, context);
    expect((await state(action)).endpoint.status).to.equal('rejected');
  });

  it('asks all receivers side by side', async () => {
    let [underWay, most] = [0, 0];
    const checker = {
      async check() {
        most = Math.max(most, ++underWay);
        await new Promise((next) => setImmediate(next));
        underWay--;
        return { verified: true, detail: 'It answered.' };
      },
    };
    const slow = new FlowCommands(aggregates, new DjangoTemplateEngine(clock), new RandomIds(), checker, NO_STEPS);
    const urls = Array.from({ length: 5 }, (_, index) => `https://receiver-${index}.example/`);
    await create(urls, slow);
    expect(most).to.equal(5);
  });

  it('asks for nothing where the command is refused', async () => {
    const refusal = await create(['http://good.example/']).then(
      () => undefined,
      (error: { rule: string }) => error.rule,
    );
    expect(refusal).to.equal('endpoint_not_https');
    expect(asked).to.deep.equal([]);
  });

  it('gives each action a signing secret, and signs with two while the former one is being replaced', async () => {
    const [action] = (await create([GOOD])).actionIds as [string];
    const at = async () => secretsAt(await state(action), clock.now());
    const [first] = (await at()) as [string];
    expect(first).to.match(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { result } = await flows.rotateSigningSecret(action, context, 3_600_000);
    expect(result.overlapUntil).to.equal('2026-01-01T01:00:00.000Z');
    expect(await at()).to.deep.equal([result.secret, first]);
    clock.advance(3_600_001);
    expect(await at()).to.deep.equal([result.secret]);
  });
});
