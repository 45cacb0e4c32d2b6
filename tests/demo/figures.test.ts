import { expect } from 'chai';
import { brokenRules, type Recorded } from '../../demo/figures.js';
import type { DeliveryEnd, DemoReceiver } from '../../demo/receivers.js';

describe("the demo's rules", () => {
  const receiver = (name: string, port: number, end: DeliveryEnd, got?: Record<string, number>): DemoReceiver => {
    const receivedById = new Map(Object.entries(got ?? {}));
    const received = [...receivedById.values()].reduce((sum, count) => sum + count, 0);
    const url = `https://127.0.0.1:${port}`;
    const server =
      got === undefined
        ? undefined
        : { url, port, received, receivedById, requests: [], mostAtOnce: 0, overlaps: 0, close: async () => {} };
    return { name, character: `is like ${name}`, url, port, end, server };
  };
  const receivers = [receiver('good', 1001, 'succeeded', { a: 1, b: 3 }), receiver('down', 1002, 'failed')];
  const recorded: Recorded = {
    figures: { requested: 3, succeeded: 2, failed: 1, skipped: 0, attempts: 22, retried: 19, events: 99, triggers: 3 },
    withoutConnection: 18,
    idleTriggers: 0,
    deliveries: new Map([
      ['a', { origin: 'https://127.0.0.1:1001', end: 'succeeded' }],
      ['b', { origin: 'https://127.0.0.1:1001', end: 'succeeded' }],
      ['c', { origin: 'https://127.0.0.1:1002', end: 'failed' }],
    ]),
  };
  const withFigures = (change: Partial<Recorded['figures']>): Recorded => ({
    ...recorded,
    figures: { ...recorded.figures, ...change },
  });

  it('hold for a run where everything is told and counted', () => {
    expect(brokenRules(recorded, receivers, 3)).to.deep.equal([]);
  });

  const BROKEN: readonly (readonly [string, Recorded, number, RegExp])[] = [
    ['a delivery has no end', withFigures({ failed: 0 }), 3, /^3 deliveries were requested, but 2 succeeded, 0 failed/],
    ['a trigger is missing', recorded, 4, /^4 triggers were sent, but the event store holds 3\.$/],
    ['a trigger started nothing', { ...recorded, idleTriggers: 1 }, 3, /^1 triggers started no delivery\.$/],
    ['an attempt is not recorded', withFigures({ attempts: 21 }), 3, /^The receivers got 4 POSTs, but .* 3 attempts/],
    [
      'a receiver never saw a delivery',
      {
        ...recorded,
        deliveries: new Map([...recorded.deliveries, ['d', { origin: 'https://127.0.0.1:1001', end: 'succeeded' }]]),
      },
      3,
      /^The receiver 'good' never saw 1 of its 3 deliveries\.$/,
    ],
    [
      'a delivery ended otherwise than its receiver makes it',
      {
        ...recorded,
        deliveries: new Map([...recorded.deliveries, ['c', { origin: 'https://127.0.0.1:1002', end: 'skipped' }]]),
      },
      3,
      /^1 of 1 deliveries to the receiver 'down' \(is like down\) did not end as failed\.$/,
    ],
  ];
  for (const [what, run, sent, sentence] of BROKEN) {
    it(`say so in one sentence where ${what}`, () => {
      const broken = brokenRules(run, receivers, sent);
      expect(broken).to.have.length(1);
      expect(broken[0]).to.match(sentence);
    });
  }
});
