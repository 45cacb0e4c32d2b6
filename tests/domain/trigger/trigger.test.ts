import { expect } from 'chai';
import fc from 'fast-check';
import {
  hasEventVariables,
  TRIGGER_KINDS,
  type TriggerData,
  type TriggerKind,
  trigger,
  triggerIdOf,
  triggerStream,
} from '../../../src/domain/trigger/trigger.js';
import { jsonObject } from '../../support/arbitraries.js';
import { specify } from '../../support/specification.js';
import { describeDeciderLaws } from '../decider-laws.js';

const given = specify(trigger);

const order: TriggerData = {
  kind: 'metric',
  name: 'Placed Order',
  sourceId: 'metric-1',
  profileId: 'profile-1',
  properties: { OrderId: 1001, Items: [{ SKU: 'A-1' }] },
  occurredAt: '2026-07-15T10:00:00.000Z',
  uniqueId: 'order-1001',
  backfill: false,
};

describe('Trigger', () => {
  it('is received once, as it came', () => {
    given()
      .when({ type: 'ReceiveTrigger', ...order })
      .then({ type: 'TriggerReceived', data: order });
    given({ type: 'TriggerReceived', data: order })
      .when({ type: 'ReceiveTrigger', ...order })
      .then();
  });

  it('stays as it was first received', () => {
    given({ type: 'TriggerReceived', data: order })
      .when({ type: 'ReceiveTrigger', ...order, properties: { OrderId: 1002 }, occurredAt: '2026-07-16T10:00:00.000Z' })
      .then();
  });

  describe('its id', () => {
    const id = triggerIdOf('metric', 'Placed Order', 'profile-1', 'order-1001');

    it('is the same for the same event, and never changes', () => {
      expect(id).to.equal('2a4e8e4e-345a-5487-a804-f6f95d7072db');
    });

    it('is another one for another kind, name, profile or unique id', () => {
      const others = [
        triggerIdOf('list', 'Placed Order', 'profile-1', 'order-1001'),
        triggerIdOf('metric', 'Placed order', 'profile-1', 'order-1001'),
        triggerIdOf('metric', 'Placed Order', 'profile-2', 'order-1001'),
        triggerIdOf('metric', 'Placed Order', 'profile-1', 'order-1002'),
        triggerIdOf('metric', 'Placed Orderprofile-1', '', 'order-1001'),
      ];
      expect(new Set([id, ...others]).size).to.equal(6);
    });

    it('names its stream', () => {
      expect(triggerStream(id)).to.equal(`trigger-${id}`);
    });
  });

  const EVENT_VARIABLES: Readonly<Record<TriggerKind, boolean>> = {
    metric: true,
    'price-drop': true,
    'low-inventory': true,
    list: false,
    segment: false,
    date: false,
  };
  for (const kind of TRIGGER_KINDS) {
    it(`of the kind ${kind} has ${EVENT_VARIABLES[kind] ? '' : 'no '}event variables`, () => {
      expect(hasEventVariables(kind)).to.equal(EVENT_VARIABLES[kind]);
    });
  }

  const step = fc.record({
    type: fc.constant('ReceiveTrigger' as const),
    kind: fc.constantFrom(...TRIGGER_KINDS),
    name: fc.string(),
    sourceId: fc.string(),
    profileId: fc.string(),
    properties: jsonObject,
    occurredAt: fc.constant(order.occurredAt),
    uniqueId: fc.string(),
    backfill: fc.boolean(),
  });
  describeDeciderLaws(trigger, step, (command) => command);
});
