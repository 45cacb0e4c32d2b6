import { expect } from 'chai';
import fc from 'fast-check';
import {
  type PausedStatus,
  type WebhookActionCommand,
  type WebhookActionConfiguration,
  type WebhookActionEvent,
  webhookAction,
  webhookActionStream,
} from '../../../src/domain/webhook-action/webhook-action.js';
import { specify } from '../../support/specification.js';
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
const suspend: WebhookActionCommand = { type: 'SuspendWebhookAction', reason: 'It has failed for five days.' };
const remove: WebhookActionCommand = { type: 'RemoveWebhookAction' };
const rotate: WebhookActionCommand = { type: 'RotateSigningSecret', keyId: 'key-2' };
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
  data: { flowId, reason: 'It has failed for five days.' },
};
const removed: WebhookActionEvent = { type: 'WebhookActionRemoved', data: { flowId } };
const rotated: WebhookActionEvent = { type: 'WebhookActionSigningSecretRotated', data: { keyId: 'key-2' } };

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
    for (const command of [setLive, pause('manual'), suspend, remove, rotate, check(true)]) {
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

  it('records what the check of its endpoint came to, and changes nothing by it', () => {
    const { url } = configuration;
    given(configured())
      .when(check(true))
      .then({ type: 'WebhookActionEndpointVerified', data: { url, detail: 'The certificate is self-signed.' } });
    given(configured())
      .when(check(false))
      .then({ type: 'WebhookActionEndpointRejected', data: { url, reason: 'The certificate is self-signed.' } });
    given(configured(), wentLive, { type: 'WebhookActionEndpointRejected', data: { url, reason: 'x' } })
      .when(setLive)
      .then();
  });

  it('takes a new signing secret', () => {
    given(configured()).when(rotate).then(rotated);
    given(configured(), wentLive, rotated).when(setLive).then();
    expect(webhookAction.evolve(webhookAction.initialState, rotated).signingKeyId).to.equal('key-2');
  });

  it('is removed once, from any status', () => {
    given(configured()).when(remove).then(removed);
    given(configured(), wentLive, suspended).when(remove).then(removed);
    given(configured(), removed).when(remove).then();
  });

  it('does nothing more once it was removed', () => {
    for (const command of [setLive, pause('manual'), suspend, rotate, check(false)]) {
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
    fc.constant(suspend),
    fc.record({ type: fc.constant('RotateSigningSecret' as const), keyId: fc.string() }),
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
