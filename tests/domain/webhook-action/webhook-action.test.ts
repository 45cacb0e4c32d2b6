import { expect } from 'chai';
import fc from 'fast-check';
import { fold } from '../../../src/domain/kernel/decider.js';
import {
  isOfFeed,
  type PausedStatus,
  secretsAt,
  type WebhookActionCommand,
  type WebhookActionConfiguration,
  type WebhookActionEvent,
  webhookAction,
  webhookActionStream,
} from '../../../src/domain/webhook-action/webhook-action.js';
import { specify, violationOf } from '../../support/specification.js';
import { describeDeciderLaws, play } from '../decider-laws.js';

const given = specify(webhookAction);

const flowId = 'flow-1';
const configuration: WebhookActionConfiguration = {
  name: 'Tell the warehouse',
  url: 'https://example.com/hooks/orders',
  headers: { 'X-Api-Key': 'abc' },
  body: '{"order": {{ event.OrderId }} }',
};

const configure = (changes: Partial<WebhookActionConfiguration> = {}, of = flowId): WebhookActionCommand => ({
  type: 'ConfigureWebhookAction',
  flowId: of,
  configuration: { ...configuration, ...changes },
});
const setLive: WebhookActionCommand = { type: 'SetWebhookActionLive' };
const pause = (status: PausedStatus): WebhookActionCommand => ({ type: 'PauseWebhookAction', status });
/** Configured and gone live is the second term. */
const suspendIn = (term: number, failures = 41): WebhookActionCommand => ({
  type: 'SuspendWebhookAction',
  term,
  failingSince: '2026-11-19T12:00:00.000Z',
  failures,
  code: '503',
});
const suspend = suspendIn(2);
const alertAt = (at: string, failures = 50): WebhookActionCommand => ({
  type: 'AlertWebhookAction',
  failures,
  windowMinutes: 60,
  at,
});
const remove: WebhookActionCommand = { type: 'RemoveWebhookAction' };
const DAY = 86_400_000;
const secretOf = (letter: string, bytes = 24): string => `whsec_${Buffer.alloc(bytes, letter).toString('base64')}`;
const rotation = (
  keyId: string,
  changes: Partial<Extract<WebhookActionCommand, { type: 'RotateSigningSecret' }>> = {},
): WebhookActionCommand => ({
  type: 'RotateSigningSecret',
  keyId,
  secret: secretOf(keyId),
  at: '2026-11-24T12:00:00.000Z',
  overlapMs: DAY,
  ...changes,
});
const rotate = rotation('a');
const check = (verified: boolean): WebhookActionCommand => ({
  type: 'RecordEndpointCheck',
  url: configuration.url,
  verified,
  detail: 'The certificate is self-signed.',
});

const configured = (revision = 1, changes: Partial<WebhookActionConfiguration> = {}): WebhookActionEvent => ({
  type: 'WebhookActionConfigured',
  data: { flowId, revision, ...configuration, ...changes },
});
const wentLive: WebhookActionEvent = { type: 'WebhookActionWentLive', data: { flowId } };
const paused = (status: PausedStatus): WebhookActionEvent => ({
  type: 'WebhookActionPaused',
  data: { flowId, status },
});
const suspended: WebhookActionEvent = {
  type: 'WebhookActionSuspended',
  data: {
    flowId,
    reason: 'All 41 attempts since 2026-11-19T12:00:00.000Z failed, the last one with 503.',
    failingSince: '2026-11-19T12:00:00.000Z',
    failures: 41,
  },
};
const alerted = (at: string, failures = 50): WebhookActionEvent => ({
  type: 'WebhookActionAlerted',
  data: { flowId, failures, windowMinutes: 60, at },
});
const removed: WebhookActionEvent = { type: 'WebhookActionRemoved', data: { flowId } };
const rotated = (
  keyId: string,
  rotatedAt = '2026-11-24T12:00:00.000Z',
  overlapUntil = '2026-11-25T12:00:00.000Z',
): WebhookActionEvent => ({
  type: 'WebhookActionSigningSecretRotated',
  data: { keyId, secret: secretOf(keyId), rotatedAt, overlapUntil },
});
const verified = (url = configuration.url): WebhookActionEvent => ({
  type: 'WebhookActionEndpointVerified',
  data: { url, detail: 'It answered.' },
});
const rejected = (url = configuration.url): WebhookActionEvent => ({
  type: 'WebhookActionEndpointRejected',
  data: { url, reason: 'The certificate is self-signed.' },
});

describe('WebhookAction', () => {
  describe('configured', () => {
    it('is a draft of revision 1 at first', () => {
      given().when(configure()).then(configured());
      given(configured()).when(pause('draft')).then();
    });

    it('keeps the URL in its normal form', () => {
      given()
        .when(configure({ url: 'HTTPS://EXAMPLE.com:443/hooks/../hooks/orders' }))
        .then(configured());
    });

    it('anew has the next revision', () => {
      const changes: Partial<WebhookActionConfiguration>[] = [
        { name: 'Tell the shop' },
        { url: 'https://example.com/other' },
        { headers: { 'X-Api-Key': 'xyz' } },
        { headers: {} },
        { body: '{}' },
      ];
      for (const change of changes) {
        given(configured()).when(configure(change)).then(configured(2, change));
      }
    });

    it('as it is already adds nothing', () => {
      given(configured()).when(configure()).then();
      given(configured())
        .when(configure({ url: 'https://EXAMPLE.com/hooks/orders' }))
        .then();
      given(configured(), configured(2, { body: '{}' }))
        .when(configure({ body: '{}' }))
        .then();
    });

    it('back to what it was before is one more revision', () => {
      given(configured(), configured(2, { body: '{}' }))
        .when(configure())
        .then(configured(3));
    });

    it('while live or suspended stays so', () => {
      given(configured(), wentLive, configured(2, { body: '{}' }))
        .when(setLive)
        .then();
      given(configured(), wentLive, suspended, configured(2, { body: '{}' }))
        .when(setLive)
        .then(wentLive);
    });

    it('is refused with a bad endpoint, leading to the URL', () => {
      given()
        .when(configure({ url: 'http://example.com/' }))
        .thenRefused('endpoint_not_https', '/url');
      given(configured())
        .when(configure({ url: 'nowhere' }))
        .thenRefused('endpoint_invalid', '/url');
    });

    it('is refused with a bad header, leading to it', () => {
      given()
        .when(configure({ headers: { Host: 'x' } }))
        .thenRefused('header_reserved', '/headers/Host');
      given(configured())
        .when(configure({ headers: { 'a/b': 'x' } }))
        .thenRefused('header_name', '/headers/a~1b');
    });

    it('is refused with a body template above 1 MiB', () => {
      const body = 'x'.repeat(1_048_576);
      given().when(configure({ body })).then(configured(1, { body }));
      given()
        .when(configure({ body: `${body}x` }))
        .thenRefused('body_too_large', '/body');
    });

    it('is refused for another flow, and once it was removed', () => {
      given(configured()).when(configure({}, 'flow-2')).thenRefused('action_of_another_flow');
      given(configured(), removed).when(configure()).thenRefused('action_removed');
      given(configured(), removed).when(configure({}, 'flow-2')).thenRefused('action_removed');
    });
  });

  it('must exist before anything else can be done with it', () => {
    for (const command of [
      setLive,
      pause('manual'),
      suspend,
      alertAt('2026-11-24T12:00:00.000Z'),
      remove,
      rotate,
      check(true),
    ]) {
      given().when(command).thenRefused('action_unknown');
    }
  });

  it('goes live from any other status, once', () => {
    given(configured()).when(setLive).then(wentLive);
    given(configured(), paused('disabled')).when(setLive).then(wentLive);
    given(configured(), wentLive, suspended).when(setLive).then(wentLive);
    given(configured(), wentLive).when(setLive).then();
  });

  it('pauses in each of the ways, once', () => {
    for (const status of ['draft', 'manual', 'disabled'] as const) {
      given(configured(), wentLive).when(pause(status)).then(paused(status));
      given(configured(), wentLive, paused(status)).when(pause(status)).then();
    }
    given(configured(), wentLive, paused('manual')).when(pause('disabled')).then(paused('disabled'));
    given(configured(), wentLive, suspended).when(pause('disabled')).then(paused('disabled'));
  });

  it('is suspended only while it is live', () => {
    given(configured(), wentLive).when(suspend).then(suspended);
    given(configured()).when(suspend).then();
    given(configured(), paused('manual')).when(suspend).then();
    given(configured(), wentLive, suspended).when(suspend).then();
  });

  it('is not suspended for what failed before it was changed or went live again', () => {
    given(configured(), wentLive, configured(2, { body: '{}' }))
      .when(suspend)
      .then();
    given(configured(), wentLive, suspended, wentLive).when(suspend).then();
    given(configured(), wentLive, suspended, wentLive).when(suspendIn(3)).then(suspended);
    // A new secret, and a check, change nothing in how it is reached.
    given(configured(), wentLive, rotated('a'), verified()).when(suspend).then(suspended);
  });

  it('says of one failure that it is one', () => {
    const [event] = webhookAction.decide(suspendIn(2, 1), fold(webhookAction, [configured(), wentLive]));
    expect(event?.data).to.include({
      reason: 'The one attempt since 2026-11-19T12:00:00.000Z failed, the last one with 503.',
    });
  });

  it('alerts once within a window, and stays as it is', () => {
    const first = '2026-11-24T12:00:00.000Z';
    given(configured(), wentLive).when(alertAt(first)).then(alerted(first));
    given(configured(), wentLive, alerted(first)).when(alertAt(first)).then();
    given(configured(), wentLive, alerted(first)).when(alertAt('2026-11-24T12:59:59.999Z', 99)).then();
    const second = '2026-11-24T13:00:00.000Z';
    given(configured(), wentLive, alerted(first)).when(alertAt(second, 99)).then(alerted(second, 99));
    // What is read again, from before: it was told of later.
    given(configured(), wentLive, alerted(second)).when(alertAt(first)).then();
    given(configured(), wentLive, alerted(first)).when(setLive).then();
  });

  describe('as a subscription to the feed', () => {
    const feed = ['delivery.failed', 'action.alert'] as const;

    it('keeps what it is told of, and has a revision of its own when that changes', () => {
      given().when(configure({ feed })).then(configured(1, { feed }));
      given(configured(1, { feed })).when(configure({ feed })).then();
      given(configured(1, { feed }))
        .when(configure({ feed: ['action.suspended'] }))
        .then(configured(2, { feed: ['action.suspended'] }));
    });

    it('is told of something, and of nothing twice', () => {
      given()
        .when(configure({ feed: [] }))
        .thenRefused('feed_events_invalid', '/events');
      given()
        .when(configure({ feed: ['delivery.failed', 'delivery.failed'] }))
        .thenRefused('feed_events_invalid', '/events');
    });

    it('keeps what it is narrowed to, and has a revision of its own when that changes', () => {
      const feedScope = { flowIds: ['f-1'], actionIds: ['a-1'] };
      given().when(configure({ feed, feedScope })).then(configured(1, { feed, feedScope }));
      given(configured(1, { feed, feedScope })).when(configure({ feed, feedScope })).then();
      given(configured(1, { feed, feedScope })).when(configure({ feed })).then(configured(2, { feed }));
      given(configured(1, { feed }))
        .when(configure({ feed, feedScope: { flowIds: [] } }))
        .thenRefused('feed_scope_invalid', '/flowIds');
    });

    it('is told by its id', () => {
      expect([isOfFeed('a', 'a'), isOfFeed('a', 'flow-1')]).to.deep.equal([true, false]);
    });
  });

  describe('after the check of its endpoint', () => {
    const endpointAfter = (...events: WebhookActionEvent[]) => fold(webhookAction, events).endpoint;

    it('has on record what it came to', () => {
      const { url } = configuration;
      given(configured())
        .when(check(true))
        .then({ type: 'WebhookActionEndpointVerified', data: { url, detail: 'The certificate is self-signed.' } });
      given(configured()).when(check(false)).then(rejected());
    });

    it('knows the last one of its present URL', () => {
      const { url } = configuration;
      const detail = 'The certificate is self-signed.';
      expect(endpointAfter(configured())).to.deep.equal({ status: 'unchecked', url, detail: '' });
      expect(endpointAfter(configured(), verified())).to.deep.equal({
        status: 'verified',
        url,
        detail: 'It answered.',
      });
      expect(endpointAfter(configured(), verified(), rejected())).to.deep.equal({ status: 'rejected', url, detail });
      expect(endpointAfter(configured(), rejected(), verified())).to.have.property('status', 'verified');
    });

    it('keeps it through every other change, and forgets it with the URL', () => {
      const url = 'https://example.com/other';
      expect(endpointAfter(configured(), rejected(), configured(2, { body: '{}' }))).to.have.property(
        'status',
        'rejected',
      );
      expect(endpointAfter(configured(), rejected(), configured(2, { url }))).to.deep.equal({
        status: 'unchecked',
        url,
        detail: '',
      });
      expect(endpointAfter(configured(), rejected(), configured(2, { url }), configured(3))).to.have.property(
        'status',
        'unchecked',
      );
    });

    it('passes over one of another URL', () => {
      const old = 'https://example.com/old';
      expect(endpointAfter(configured(), rejected(old))).to.have.property('status', 'unchecked');
      expect(endpointAfter(configured(), verified(), rejected(old))).to.have.property('status', 'verified');
    });

    it('goes live unless its present URL was rejected', () => {
      given(configured(), verified()).when(setLive).then(wentLive);
      given(configured(), rejected()).when(setLive).thenRefused('endpoint_rejected');
      given(configured(), wentLive, rejected()).when(setLive).thenRefused('endpoint_rejected');
      given(configured(), wentLive, suspended, rejected()).when(setLive).thenRefused('endpoint_rejected');
      given(configured(), rejected(), verified()).when(setLive).then(wentLive);
      given(configured(), rejected(), configured(2, { url: 'https://example.com/other' }))
        .when(setLive)
        .then(wentLive);
    });

    it('says what the check said', () => {
      const state = fold(webhookAction, [configured(), rejected()]);
      const refusal = violationOf(() => webhookAction.decide(setLive, state));
      expect(refusal.message).to.equal('The certificate is self-signed.');
    });

    it('can be paused, suspended and configured though it was rejected', () => {
      given(configured(), rejected()).when(pause('manual')).then(paused('manual'));
      given(configured(), wentLive, rejected()).when(suspend).then(suspended);
      given(configured(), rejected())
        .when(configure({ body: '{}' }))
        .then(configured(2, { body: '{}' }));
    });
  });

  describe('signing', () => {
    const NOON = Date.parse('2026-11-24T12:00:00.000Z');
    const secretsAfter = (epochMs: number, ...events: WebhookActionEvent[]) =>
      secretsAt(fold(webhookAction, events), epochMs);

    it('takes a new secret, from any status', () => {
      given(configured()).when(rotate).then(rotated('a'));
      given(configured(), wentLive, rotated('a')).when(rotation('b')).then(rotated('b'));
      given(configured())
        .when(rotation('a', { overlapMs: 0 }))
        .then(rotated('a', '2026-11-24T12:00:00.000Z', '2026-11-24T12:00:00.000Z'));
    });

    it('takes the same one again for what it is', () => {
      given(configured(), rotated('a')).when(rotate).then();
    });

    it('has no secret at first', () => {
      expect(secretsAfter(NOON, configured())).to.deep.equal([]);
      expect(secretsAt(webhookAction.initialState, NOON)).to.deep.equal([]);
    });

    it('has its first secret without an end', () => {
      expect(secretsAfter(NOON, configured(), rotated('a'))).to.deep.equal([secretOf('a')]);
      expect(secretsAfter(NOON + 9_999 * DAY, configured(), rotated('a'))).to.deep.equal([secretOf('a')]);
    });

    it('has the one before as well until the overlap ends, the newest first', () => {
      const events = [configured(), rotated('a'), rotated('b')];
      expect(secretsAfter(NOON, ...events)).to.deep.equal([secretOf('b'), secretOf('a')]);
      expect(secretsAfter(NOON + DAY - 1, ...events)).to.deep.equal([secretOf('b'), secretOf('a')]);
      expect(secretsAfter(NOON + DAY, ...events)).to.deep.equal([secretOf('b')]);
    });

    it('drops the one before at once where there is no overlap', () => {
      const at = '2026-11-24T12:00:00.000Z';
      expect(secretsAfter(NOON, configured(), rotated('a'), rotated('b', at, at))).to.deep.equal([secretOf('b')]);
    });

    it('has two at the most', () => {
      const events = [configured(), rotated('a'), rotated('b'), rotated('c')];
      expect(secretsAfter(NOON, ...events)).to.deep.equal([secretOf('c'), secretOf('b')]);
    });

    it('takes secrets of 24 to 64 bytes, as Standard Webhooks writes them, and never shows a bad one', () => {
      for (const bytes of [24, 25, 26, 32, 63, 64]) {
        const secret = secretOf('x', bytes);
        expect(webhookAction.decide(rotation('x', { secret }), fold(webhookAction, [configured()]))).to.have.lengthOf(
          1,
        );
      }
      const good = secretOf('x', 24);
      const wrong = [
        '',
        'whsec_',
        secretOf('x', 23),
        secretOf('x', 65),
        good.slice('whsec_'.length),
        good.replace('whsec_', 'WHSEC_'),
        good.slice(0, -1),
        `${good}=`,
        `${good} `,
        good.replace('whsec_', 'whsec__'),
      ];
      for (const secret of wrong) {
        const state = fold(webhookAction, [configured()]);
        const refusal = violationOf(() => webhookAction.decide(rotation('x', { secret }), state));
        expect([refusal.rule, refusal.pointer], secret).to.deep.equal(['signing_secret_invalid', '/secret']);
        if (secret.length > 'whsec_'.length) expect(refusal.message).not.to.include(secret);
      }
    });

    it('overlaps for 30 days at the most', () => {
      const until = '2026-12-24T12:00:00.000Z';
      given(configured())
        .when(rotation('a', { overlapMs: 30 * DAY }))
        .then(rotated('a', '2026-11-24T12:00:00.000Z', until));
      for (const overlapMs of [30 * DAY + 1, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
        given(configured()).when(rotation('a', { overlapMs })).thenRefused('signing_overlap_invalid', '/overlapMs');
      }
    });
  });

  it('is removed once, from any status', () => {
    given(configured()).when(remove).then(removed);
    given(configured(), wentLive, suspended).when(remove).then(removed);
    given(configured(), removed).when(remove).then();
  });

  it('does nothing more once it was removed', () => {
    for (const command of [
      setLive,
      pause('manual'),
      suspend,
      alertAt('2026-11-24T12:00:00.000Z'),
      rotate,
      check(false),
    ]) {
      given(configured(), wentLive, removed).when(command).thenRefused('action_removed');
    }
  });

  it('has a stream of its own', () => {
    expect(webhookActionStream('7')).to.equal('webhook-action-7');
  });

  const step: fc.Arbitrary<WebhookActionCommand> = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant('ConfigureWebhookAction' as const),
        flowId: fc.oneof({ weight: 9, arbitrary: fc.constant(flowId) }, { weight: 1, arbitrary: fc.string() }),
        configuration: fc.record({
          name: fc.constantFrom('', 'a', 'b'),
          url: fc.constantFrom('https://example.com/a', 'HTTPS://EXAMPLE.com/a', 'http://example.com/', '…'),
          headers: fc.dictionary(fc.constantFrom('a', 'A', 'X-Key', '__proto__', 'Host'), fc.constantFrom('', 'x'), {
            maxKeys: 2,
            noNullPrototype: true,
          }),
          body: fc.constantFrom('', '{}', '{{ event.a }}'),
        }),
      }),
    },
    fc.constant(setLive),
    fc.constantFrom<PausedStatus>('draft', 'manual', 'disabled').map(pause),
    fc.integer({ min: 1, max: 4 }).map((term) => suspendIn(term)),
    fc
      .constantFrom('2026-11-24T12:00:00.000Z', '2026-11-24T12:30:00.000Z', '2026-11-25T12:00:00.000Z')
      .map((at) => alertAt(at)),
    fc.record({
      type: fc.constant('RotateSigningSecret' as const),
      keyId: fc.string(),
      secret: fc.constantFrom(secretOf('a'), secretOf('b', 64), 'whsec_', ''),
      at: fc.constantFrom('2026-11-24T12:00:00.000Z', '2026-11-25T12:00:00.000Z'),
      overlapMs: fc.constantFrom(0, 1, DAY, -1, Number.NaN),
    }),
    fc.boolean().map(check),
  );
  const withRemoval = fc.oneof({ weight: 20, arbitrary: step }, { weight: 1, arbitrary: fc.constant(remove) });
  describeDeciderLaws(webhookAction, withRemoval, (command) => command);

  it('counts its revisions 1, 2, 3, … without a gap', () => {
    fc.assert(
      fc.property(fc.array(withRemoval, { maxLength: 40 }), (commands) => {
        const { events } = play(webhookAction, commands, (command) => command);
        const revisions = events.flatMap((event) =>
          event.type === 'WebhookActionConfigured' ? [event.data.revision] : [],
        );
        expect(revisions).to.deep.equal(revisions.map((_, index) => index + 1));
      }),
    );
  });

  it('records nothing after its removal', () => {
    fc.assert(
      fc.property(fc.array(withRemoval, { maxLength: 40 }), (commands) => {
        const { events } = play(webhookAction, commands, (command) => command);
        const removal = events.findIndex(({ type }) => type === 'WebhookActionRemoved');
        if (removal !== -1) expect(removal).to.equal(events.length - 1);
      }),
    );
  });
});
