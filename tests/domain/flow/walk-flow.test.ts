import { expect } from 'chai';
import type { FlowNode } from '../../../src/domain/flow/flow-graph.js';
import { walkFlow } from '../../../src/domain/flow/walk-flow.js';

const webhook = (id: string, next: string | null): FlowNode => ({ id, type: 'send-webhook', next });
const delay = (id: string, next: string | null): FlowNode => ({
  id,
  type: 'time-delay',
  next,
  delay: { unit: 'days', value: 1, timezone: 'UTC' },
});
const split = (id: string, nextIfTrue: string | null, nextIfFalse: string | null): FlowNode => ({
  id,
  type: 'conditional-split',
  nextIfTrue,
  nextIfFalse,
  filter: { conditionGroups: [] },
});
const walk = (nodes: readonly FlowNode[], from: string | null, { isTrue = true, live = true } = {}) => {
  const { webhooks, waitsAt } = walkFlow(
    nodes,
    from,
    () => isTrue,
    () => live,
  );
  return [...webhooks, ...(waitsAt === undefined ? [] : [`waits at ${waitsAt.id}`])];
};

describe('A walk through a flow', () => {
  it('comes to all webhooks until the end', () => {
    expect(walk([webhook('b', null), webhook('a', 'b')], 'a')).to.deep.equal(['a', 'b']);
    expect(walk([webhook('a', null)], null)).to.deep.equal([]);
  });

  it('takes one way at a split', () => {
    const nodes = [split('s', 'a', 'b'), webhook('a', 'c'), webhook('b', 'c'), webhook('c', null)];
    expect(walk(nodes, 's')).to.deep.equal(['a', 'c']);
    expect(walk(nodes, 's', { isTrue: false })).to.deep.equal(['b', 'c']);
    expect(walk([split('s', null, 'b'), webhook('b', null)], 's')).to.deep.equal([]);
  });

  it('waits at a delay, and goes on from what follows it', () => {
    const nodes = [webhook('a', 'd'), delay('d', 'b'), webhook('b', null)];
    expect(walk(nodes, 'a')).to.deep.equal(['a', 'waits at d']);
    expect(walk(nodes, 'b')).to.deep.equal(['b']);
  });

  it('does not wait for nothing', () => {
    expect(walk([webhook('a', 'd'), delay('d', null)], 'a')).to.deep.equal(['a']);
    expect(walk([webhook('a', 'd'), delay('d', 'b'), webhook('b', null)], 'a', { live: false })).to.deep.equal(['a']);
    const behindSplit = [delay('d', 's'), split('s', null, 'b'), webhook('b', null)];
    expect(walk(behindSplit, 'd')).to.deep.equal(['waits at d']);
  });
});
