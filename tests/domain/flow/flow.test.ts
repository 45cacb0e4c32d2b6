import { expect } from 'chai';
import fc from 'fast-check';
import { FLOW_STATUSES, type FlowCommand, type FlowEvent, flow, flowStream } from '../../../src/domain/flow/flow.js';
import { checkFlowGraph, type FlowNode } from '../../../src/domain/flow/flow-graph.js';
import { fold } from '../../../src/domain/kernel/decider.js';
import { specify } from '../../support/specification.js';
import { describeDeciderLaws, play } from '../decider-laws.js';

const given = specify(flow);

const node = (id: string, next: string | null = null): FlowNode => ({ id, type: 'send-webhook', next });
const chain = [node('a', 'b'), node('b', 'c'), node('c')];

const create = {
  type: 'CreateFlow',
  name: 'Orders',
  trigger: { type: 'metric', id: 'metric-1' },
  actions: chain,
  entryActionId: 'a',
} as const satisfies FlowCommand;
const changeStatus = (status: 'draft' | 'manual' | 'live'): FlowCommand => ({ type: 'ChangeFlowStatus', status });
const removeAction = (actionId: string): FlowCommand => ({ type: 'RemoveFlowAction', actionId });
const rename = (name: string): FlowCommand => ({ type: 'RenameFlow', name });
const add = (actionId: string, after: string | null, link: 'next' | 'next_if_true' | 'next_if_false' = 'next') =>
  ({ type: 'AddWebhookToFlow', actionId, place: { after, link } }) as const satisfies FlowCommand;
const remove: FlowCommand = { type: 'DeleteFlow' };

const created: FlowEvent = {
  type: 'FlowCreated',
  data: { name: 'Orders', trigger: { type: 'metric', id: 'metric-1' }, actions: chain, entryActionId: 'a' },
};
const statusChanged = (status: 'draft' | 'manual' | 'live'): FlowEvent => ({
  type: 'FlowStatusChanged',
  data: { status },
});
const actionRemoved = (actionId: string, actions: FlowNode[], entryActionId: string | null): FlowEvent => ({
  type: 'FlowActionRemoved',
  data: { actionId, actions, entryActionId },
});
const actionAdded = (actionId: string, actions: readonly FlowNode[], entryActionId: string): FlowEvent => ({
  type: 'FlowActionAdded',
  data: { actionId, actions, entryActionId },
});
const deleted: FlowEvent = { type: 'FlowDeleted', data: {} };

describe('Flow', () => {
  describe('created', () => {
    it('has a name, a trigger and a chain of actions', () => {
      given().when(create).then(created);
    });

    it('may have no action yet', () => {
      const empty: FlowEvent = { ...created, data: { ...created.data, actions: [], entryActionId: null } } as FlowEvent;
      given()
        .when({ ...create, actions: [], entryActionId: null })
        .then(empty);
      given(empty)
        .when(add('a', null))
        .then(actionAdded('a', [node('a')], 'a'));
    });

    it('is a draft', () => {
      given(created).when(changeStatus('draft')).then();
    });

    it('is refused without a name', () => {
      for (const name of ['', '  ', '\n']) {
        given()
          .when({ ...create, name })
          .thenRefused('flow_name_missing', '/name');
      }
    });

    it('is refused with actions that are no chain', () => {
      given()
        .when({ ...create, actions: [] })
        .thenRefused('actions_missing', '/actions');
      given()
        .when({ ...create, actions: [node('a', 'a')] })
        .thenRefused('loop_of_links', '/actions/0/links/next');
      given()
        .when({ ...create, entryActionId: 'x' })
        .thenRefused('entry_action_unknown', '/entry_action_id');
    });

    it('is refused a second time, and after it was deleted', () => {
      given(created).when(create).thenRefused('flow_exists');
      given(created, deleted).when(create).thenRefused('flow_exists');
    });
  });

  it('must exist before anything else can be done with it', () => {
    for (const command of [rename('Carts'), changeStatus('live'), add('d', null), removeAction('a'), remove]) {
      given().when(command).thenRefused('flow_unknown');
    }
  });

  it('changes its status, once', () => {
    given(created).when(changeStatus('live')).then(statusChanged('live'));
    given(created, statusChanged('live')).when(changeStatus('live')).then();
    given(created, statusChanged('live')).when(changeStatus('manual')).then(statusChanged('manual'));
    given(created, statusChanged('manual')).when(changeStatus('draft')).then(statusChanged('draft'));
  });

  it('gets another name, which is not empty', () => {
    given(created)
      .when(rename('Carts'))
      .then({ type: 'FlowRenamed', data: { name: 'Carts' } });
    given(created).when(rename('Orders')).then();
    given(created).when(rename(' ')).thenRefused('flow_name_missing', '/name');
    given(created, { type: 'FlowRenamed', data: { name: 'Carts' } })
      .when(rename('Carts'))
      .then();
  });

  describe('a webhook added', () => {
    it('before all others is the entry', () => {
      given(created)
        .when(add('d', null))
        .then(actionAdded('d', [node('d', 'a'), ...chain], 'd'));
    });

    it('after another one leads to what that one led to', () => {
      given(created)
        .when(add('d', 'a'))
        .then(actionAdded('d', [node('a', 'd'), node('d', 'b'), node('b', 'c'), node('c')], 'a'));
    });

    it('at the end ends the flow', () => {
      given(created)
        .when(add('d', 'c'))
        .then(actionAdded('d', [node('a', 'b'), node('b', 'c'), node('c', 'd'), node('d')], 'a'));
    });

    it('that is there already changes nothing', () => {
      given(created).when(add('b', 'c')).then();
    });

    it('is refused where the flow has no such place', () => {
      given(created).when(add('d', 'x')).thenRefused('place_unknown', '/place');
      given(created)
        .when(add('d', 'a', 'next_if_true'))
        .thenRefused('place_unknown', '/place');
      given(created, deleted).when(add('d', 'a')).thenRefused('flow_deleted');
    });
  });

  describe('an action removed', () => {
    it('from the middle: what linked to it links to what came after', () => {
      given(created)
        .when(removeAction('b'))
        .then(actionRemoved('b', [node('a', 'c'), node('c')], 'a'));
    });

    it('from the beginning: the next one is the entry', () => {
      given(created)
        .when(removeAction('a'))
        .then(actionRemoved('a', [node('b', 'c'), node('c')], 'b'));
    });

    it('from the end: the one before ends the chain', () => {
      given(created)
        .when(removeAction('c'))
        .then(actionRemoved('c', [node('a', 'b'), node('b')], 'a'));
    });

    it('that was the last one leaves none, and no entry', () => {
      given(created, actionRemoved('a', [node('b', 'c'), node('c')], 'b'), actionRemoved('b', [node('c')], 'c'))
        .when(removeAction('c'))
        .then(actionRemoved('c', [], null));
    });

    it('that is not there changes nothing', () => {
      given(created).when(removeAction('x')).then();
      given(created, actionRemoved('b', [node('a', 'c'), node('c')], 'a'))
        .when(removeAction('b'))
        .then();
    });

    it('leaves the status as it is', () => {
      given(created, statusChanged('live'), actionRemoved('c', [node('a', 'b'), node('b')], 'a'))
        .when(changeStatus('live'))
        .then();
    });
  });

  it('is deleted once, and does nothing more after that', () => {
    given(created).when(remove).then(deleted);
    given(created, statusChanged('live')).when(remove).then(deleted);
    given(created, deleted).when(remove).then();
    given(created, deleted).when(changeStatus('live')).thenRefused('flow_deleted');
    given(created, deleted).when(removeAction('a')).thenRefused('flow_deleted');
  });

  it('has a stream of its own', () => {
    expect(flowStream('7')).to.equal('flow-7');
  });

  const step: fc.Arbitrary<FlowCommand> = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('CreateFlow' as const),
        name: fc.constantFrom('Orders', 'Carts', ''),
        trigger: fc.record({ type: fc.constantFrom('metric', 'list', 'segment'), id: fc.string() }),
        actions: fc.constantFrom(chain, [node('c'), node('a', 'c')], [node('a')], [node('a', 'a')], []),
        entryActionId: fc.constant('a'),
      }),
    },
    { weight: 3, arbitrary: fc.constantFrom(...FLOW_STATUSES).map(changeStatus) },
    { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'c', 'x').map(removeAction) },
    { weight: 1, arbitrary: fc.constantFrom('Orders', 'Carts', '').map(rename) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.constantFrom('a', 'd', 'e'), fc.constantFrom(null, 'a', 'b', 'd'))
        .map(([id, after]) => add(id, after)),
    },
    { weight: 1, arbitrary: fc.constant(remove) },
  );
  describeDeciderLaws(flow, step, (command) => command);

  it('stays a chain or empty, whatever is added and removed', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (commands) => {
        const { events } = play(flow, commands, (command) => command);
        for (const count of events.keys()) {
          const { actions, entryActionId } = fold(flow, events.slice(0, count + 1));
          if (actions.length === 0) expect(entryActionId).to.equal(null);
          else expect(() => checkFlowGraph(actions, entryActionId)).not.to.throw();
        }
      }),
    );
  });

  describe('with a delay and a split', () => {
    const delay = (value: number): FlowNode => ({
      id: 'd',
      type: 'time-delay',
      next: 's',
      delay: { unit: 'days', value, timezone: 'profile' },
    });
    const split = (nextIfTrue: string | null, nextIfFalse: string | null): FlowNode => ({
      id: 's',
      type: 'conditional-split',
      nextIfTrue,
      nextIfFalse,
      filter: {
        conditionGroups: [{ conditions: [{ type: 'profile-group-membership', isMember: true, groupIds: ['l'] }] }],
      },
    });
    const actions = [delay(1), split('a', 'b'), node('a'), node('b')];
    const made: FlowEvent = {
      type: 'FlowCreated',
      data: { name: 'Orders', trigger: { type: 'metric', id: 'metric-1' }, actions, entryActionId: 'd' },
    };

    it('is created whole', () => {
      given()
        .when({ ...create, actions, entryActionId: 'd' })
        .then(made);
    });

    it('is refused for what is wrong with one of them', () => {
      given()
        .when({ ...create, actions: [delay(-1), ...actions.slice(1)], entryActionId: 'd' })
        .thenRefused('time_delay_invalid', '/actions/0/data/value');
    });

    it('takes a changed one in its place, and no other type of action', () => {
      const changed = delay(2) as Exclude<FlowNode, { type: 'send-webhook' }>;
      given(made)
        .when({ type: 'ChangeFlowAction', action: changed })
        .then({ type: 'FlowActionChanged', data: { actionId: 'd', actions: [changed, ...actions.slice(1)] } });
      const same = delay(1) as typeof changed;
      given(made).when({ type: 'ChangeFlowAction', action: same }).then();
      given(made)
        .when({ type: 'ChangeFlowAction', action: { ...changed, id: 's' } })
        .thenRefused('action_type_fixed', '/type');
      given(made)
        .when({ type: 'ChangeFlowAction', action: { ...changed, id: 'x' } })
        .thenRefused('action_unknown');
      const wrong = delay(0) as typeof changed;
      given(made).when({ type: 'ChangeFlowAction', action: wrong }).thenRefused('time_delay_invalid', '/data/value');
    });

    it('takes a webhook into the branch that is meant', () => {
      given(made)
        .when(add('c', 's', 'next_if_true'))
        .then(actionAdded('c', [delay(1), split('c', 'b'), node('c', 'a'), node('a'), node('b')], 'd'));
      given(made)
        .when(add('c', 's', 'next_if_false'))
        .then(actionAdded('c', [delay(1), split('a', 'c'), node('c', 'b'), node('a'), node('b')], 'd'));
      given(made).when(add('c', 's')).thenRefused('place_unknown', '/place');
    });

    it('lets a split go once it has one branch alone', () => {
      given(made).when(removeAction('s')).thenRefused('split_with_two_branches');
      const withoutB: FlowEvent = actionRemoved('b', [delay(1), split('a', null), node('a')], 'd');
      given(made).when(removeAction('b')).then(withoutB);
      const chain = [{ ...delay(1), next: 'a' }, node('a')] as FlowNode[];
      given(made, withoutB)
        .when(removeAction('s'))
        .then(actionRemoved('s', chain, 'd'));
    });
  });

  it('started by a date is refused for what is wrong with the trigger', () => {
    const trigger = {
      type: 'date',
      property: 'birthday',
      before: { unit: 'days', value: 0 },
      recurrence: 'annually',
      timezone: 'UTC',
      time: '24:00:00',
    } as const;
    given()
      .when({ ...create, trigger })
      .thenRefused('date_trigger_invalid', '/triggers/0/trigger_time');
  });
});
