import { expect } from 'chai';
import {
  type Chain,
  chainOf,
  lastPlace,
  placeOf,
  placesIn,
} from '../../../../../src/interfaces/http/pages/flows/flow-chain.js';
import type { ActionView } from '../../../../../src/projections/flows/flow-queries.js';

const time = '2026-03-01T08:00:00.000Z';
const common = { flowId: 'f', createdAt: time, updatedAt: time };

const webhook = (actionId: string, next: string | null = null): ActionView => ({
  ...common,
  actionId,
  type: 'send-webhook',
  next,
  name: actionId,
  url: 'https://example.com/',
  headers: {},
  body: '{}',
  revision: 1,
  status: 'live',
  setUpCheck: null,
});
const delay = (actionId: string, next: string | null): ActionView => ({
  ...common,
  actionId,
  type: 'time-delay',
  next,
  delay: { unit: 'days', value: 2, timezone: 'UTC' },
});
const split = (actionId: string, nextIfTrue: string | null, nextIfFalse: string | null): ActionView => ({
  ...common,
  actionId,
  type: 'conditional-split',
  nextIfTrue,
  nextIfFalse,
  filter: {
    conditionGroups: [{ conditions: [{ type: 'profile-group-membership', isMember: true, groupIds: ['l'] }] }],
  },
});

/** `a, split (b | c)`, each with the place that is behind it. */
const drawn = ({ steps, joins }: Chain): string =>
  [
    ...steps.map((step) =>
      step.type === 'conditional-split' ? `split (${drawn(step.yes)} | ${drawn(step.no)})` : step.label,
    ),
    ...(joins === undefined ? [] : [`to ${joins}`]),
  ].join(', ');

describe("A flow's chain", () => {
  it('goes from the first action to the end, and into both branches of a split', () => {
    const actions = [webhook('a', 'd'), delay('d', 's'), split('s', 'b', null), webhook('b')];
    expect(drawn(chainOf(actions, 'a'))).to.equal('a, Wait 2 days, split (b | )');
  });

  it('says where branches come together again, and draws that part once', () => {
    const actions = [split('s', 'b', 'c'), webhook('b', 'd'), webhook('d'), webhook('c', 'd')];
    expect(drawn(chainOf(actions, 's'))).to.equal('split (b, d | c, to d)');
  });

  it('of no action is empty', () => {
    expect(drawn(chainOf([], null))).to.equal('');
    expect(chainOf([], null).place).to.equal(':next');
  });

  it('has a place behind each link, which is read back as it was written', () => {
    const actions = [webhook('a', 's'), split('s', null, null)];
    const places = placesIn(actions);
    expect(places.map(({ label }) => label)).to.deep.equal([
      'At the beginning',
      'After “a”',
      '“Split: in any of l?” yes',
      '“Split: in any of l?” no',
    ]);
    expect(places.map(({ value }) => placeOf(value))).to.deep.equal([
      { after: null, link: 'next' },
      { after: 'a', link: 'next' },
      { after: 's', link: 'next_if_true' },
      { after: 's', link: 'next_if_false' },
    ]);
    expect(lastPlace(actions)).to.equal('s:next_if_false');
    expect(lastPlace([webhook('a')])).to.equal('a:next');
    expect(lastPlace([])).to.equal(':next');
  });

  it('has no place that is written otherwise', () => {
    for (const text of ['', 'a', 'a:', 'a:last', 'a:next:next']) expect(placeOf(text), text).to.equal(undefined);
  });
});
