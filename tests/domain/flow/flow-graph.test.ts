import { expect } from 'chai';
import fc from 'fast-check';
import { checkFlowGraph, type FlowNode } from '../../../src/domain/flow/flow-graph.js';
import { violationOf } from '../../support/specification.js';

/** `a>b` is an action a that links to b, `a?b:c` one that splits, `a?:c` one with one branch; `a` ends the flow. */
const graph = (text: string): FlowNode[] =>
  text
    .split(' ')
    .filter((part) => part !== '')
    .map((part): FlowNode => {
      const [split = '', branches] = part.split('?');
      if (branches !== undefined) {
        const [nextIfTrue = '', nextIfFalse = ''] = branches.split(':');
        return {
          id: split,
          type: 'conditional-split',
          nextIfTrue: nextIfTrue || null,
          nextIfFalse: nextIfFalse || null,
          filter: { conditionGroups: [] },
        };
      }
      const [id = '', next = null] = part.split('>');
      return { id, type: 'send-webhook', next };
    });

const ACCEPTED: readonly (readonly [why: string, nodes: string, entry: string])[] = [
  ['one action', 'a', 'a'],
  ['a chain', 'a>b b>c c', 'a'],
  ['a chain in any order', 'c b>c a>b', 'a'],
  ['a split', 'a?b:c b c', 'a'],
  ['a split with one branch', 'a?:c c', 'a'],
  ['a split with no branch', 'a?:', 'a'],
  ['branches that meet again', 'a?b:c b>d c>d d', 'a'],
  ['branches within branches', 'a?b:e b?c:d c d>f e>f f', 'a'],
  ['names that objects inherit', 'constructor>__proto__ __proto__>toString toString', 'constructor'],
];

const REFUSED: readonly (readonly [why: string, nodes: string, entry: string | null, rule: string, pointer: string])[] =
  [
    ['no action', '', 'a', 'actions_missing', '/actions'],
    ['no action and no entry', '', null, 'actions_missing', '/actions'],
    ['no entry', 'a', null, 'entry_action_unknown', '/entry_action_id'],
    ['an entry that is not there', 'a>b b', 'c', 'entry_action_unknown', '/entry_action_id'],
    ['an empty entry', 'a', '', 'entry_action_unknown', '/entry_action_id'],
    ['an entry that objects inherit', 'a', 'constructor', 'entry_action_unknown', '/entry_action_id'],
    ['an id twice', 'a>b b a', 'a', 'action_id_repeated', '/actions/2/temporary_id'],
    ['an id twice in a row', 'a a', 'a', 'action_id_repeated', '/actions/1/temporary_id'],
    ['a link to nowhere', 'a>b b>c', 'a', 'link_to_nowhere', '/actions/1/links/next'],
    ['a link to an empty id', 'a>', 'a', 'link_to_nowhere', '/actions/0/links/next'],
    ['a link to what objects inherit', 'a>toString', 'a', 'link_to_nowhere', '/actions/0/links/next'],
    ['a link to nowhere, not on the chain', 'a b>c', 'a', 'link_to_nowhere', '/actions/1/links/next'],
    ['a link to itself', 'a>a', 'a', 'loop_of_links', '/actions/0/links/next'],
    ['a link to itself at the end', 'a>b b>b', 'a', 'loop_of_links', '/actions/1/links/next'],
    ['a loop of two', 'a>b b>a', 'a', 'loop_of_links', '/actions/1/links/next'],
    ['a loop back to the entry', 'c>a a>b b>c', 'a', 'loop_of_links', '/actions/0/links/next'],
    ['a loop back into the middle', 'a>b b>c c>d d>b', 'a', 'loop_of_links', '/actions/3/links/next'],
    ['a loop beside the chain', 'a b>c c>b', 'a', 'loop_of_links', '/actions/2/links/next'],
    ['a link to itself beside the chain', 'a b>b', 'a', 'loop_of_links', '/actions/1/links/next'],
    ['a loop beside the chain, entered from outside', 'a b>c c>d d>c', 'a', 'loop_of_links', '/actions/3/links/next'],
    ['two entry actions', 'a b', 'a', 'two_entry_actions', '/actions/1'],
    ['two entry actions, the first one stray', 'a b', 'b', 'two_entry_actions', '/actions/0'],
    ['two entry actions that meet', 'a>c b>c c', 'a', 'two_entry_actions', '/actions/1'],
    ['two chains', 'a>b b c>d d', 'a', 'two_entry_actions', '/actions/2'],
    ['a branch to nowhere', 'a?b:x b', 'a', 'link_to_nowhere', '/actions/0/links/next_if_false'],
    ['a loop by one branch', 'a?b:c b c>a', 'a', 'loop_of_links', '/actions/2/links/next'],
    ['a split that links to itself', 'a?a:', 'a', 'loop_of_links', '/actions/0/links/next_if_true'],
    ['a split beside the flow', 'a b?a:', 'a', 'two_entry_actions', '/actions/1'],
    ['an entry in the middle', 'a>b b', 'b', 'two_entry_actions', '/actions/0'],
  ];

describe('The graph of a flow', () => {
  for (const [why, nodes, entry] of ACCEPTED) {
    it(`is taken: ${why}`, () => {
      expect(() => checkFlowGraph(graph(nodes), entry)).not.to.throw();
    });
  }

  for (const [why, nodes, entry, rule, pointer] of REFUSED) {
    it(`is refused: ${why}`, () => {
      expect(violationOf(() => checkFlowGraph(graph(nodes), entry))).to.include({ rule, pointer });
    });
  }

  it('names the action and the link in words', () => {
    expect(violationOf(() => checkFlowGraph(graph('a>b b>x'), 'a')).message).to.match(/'b'.*'x'/);
    expect(violationOf(() => checkFlowGraph(graph('a b'), 'a')).message).to.match(/'b'.*'a'/);
    expect(violationOf(() => checkFlowGraph(graph('a>b b>a'), 'a')).message).to.match(/'b'.*'a'/);
  });

  it('is taken exactly where the walk from the entry meets each action once and ends', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const nodes = fc.array(
      fc.record({
        id: fc.constantFrom(...ids),
        type: fc.constant('send-webhook' as const),
        next: fc.option(fc.constantFrom(...ids)),
      }),
      { maxLength: 5 },
    );
    const chain = fc.shuffledSubarray(ids, { minLength: 1 }).chain((order) =>
      fc
        .shuffledSubarray(
          order.map((id, index): FlowNode => ({ id, type: 'send-webhook', next: order[index + 1] ?? null })),
          { minLength: order.length },
        )
        .map((shuffled): readonly [FlowNode[], string] => [shuffled, order[0] as string]),
    );
    const any = fc.tuple(nodes, fc.constantFrom(...ids));
    let taken = 0;
    fc.assert(
      fc.property(fc.oneof(any, chain), ([actions, entry]) => {
        const walked: string[] = [];
        let at = actions.find(({ id }) => id === entry);
        while (at !== undefined && walked.length <= actions.length) {
          walked.push(at.id);
          const next: string | null = at.type === 'conditional-split' ? at.nextIfTrue : at.next;
          at = next === null ? undefined : (actions.find(({ id }) => id === next) ?? { ...at, id: 'nowhere' });
        }
        const isChain =
          walked.toSorted().join() ===
          actions
            .map(({ id }) => id)
            .toSorted()
            .join();
        if (isChain && actions.length > 0) {
          expect(() => checkFlowGraph(actions, entry)).not.to.throw();
          taken++;
        } else {
          violationOf(() => checkFlowGraph(actions, entry));
        }
      }),
      { numRuns: 500 },
    );
    expect(taken, 'chains among the examples').to.be.above(0);
  });
});
