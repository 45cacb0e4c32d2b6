import { expect } from 'chai';
import fc from 'fast-check';
import {
  type AccountCommand,
  type AccountEvent,
  type AccountState,
  type ActingMember,
  account,
  memberOf,
} from '../../../src/domain/account/account.js';
import { ROLES, type Role } from '../../../src/domain/account/role.js';
import { fold } from '../../../src/domain/kernel/decider.js';
import { specify } from '../../support/specification.js';
import { describeDeciderLaws, play } from '../decider-laws.js';

const given = specify(account);

const joined = (userId: string, role: Role): AccountEvent => ({
  type: 'MemberJoined',
  data: { userId, email: `${userId}@example.com`, role },
});
const invited = (userId: string, role: Role, tokenSha256 = 'aa'): AccountEvent => ({
  type: 'MemberInvited',
  data: { userId, email: `${userId}@example.com`, role, tokenSha256, expiresAt: '2026-01-08T00:00:00.000Z' },
});
const roleChanged = (userId: string, role: Role): AccountEvent => ({
  type: 'MemberRoleChanged',
  data: { userId, role },
});
const removed = (userId: string): AccountEvent => ({ type: 'MemberRemoved', data: { userId } });
const withdrawn = (userId: string): AccountEvent => ({ type: 'InvitationWithdrawn', data: { userId } });

const as = (userId: string): ActingMember => ({ userId });
const invite = (by: ActingMember, userId: string, role: Role, tokenSha256 = 'aa'): AccountCommand => ({
  type: 'InviteMember',
  by,
  userId,
  email: `${userId}@example.com`,
  role,
  tokenSha256,
  expiresAt: '2026-01-08T00:00:00.000Z',
});
const accept = (userId: string, tokenSha256 = 'aa', at = '2026-01-07T23:59:59.999Z'): AccountCommand => ({
  type: 'AcceptInvitation',
  userId,
  tokenSha256,
  at,
});
const add = (by: ActingMember, userId: string, role: Role): AccountCommand => ({
  type: 'AddMember',
  by,
  userId,
  email: `${userId}@example.com`,
  role,
});
const addFirstOwner = (userId: string): AccountCommand => ({
  type: 'AddFirstOwner',
  userId,
  email: `${userId}@example.com`,
});
const change = (by: ActingMember, userId: string, role: Role): AccountCommand => ({
  type: 'ChangeMemberRole',
  by,
  userId,
  role,
});
const remove = (by: ActingMember, userId: string): AccountCommand => ({ type: 'RemoveMember', by, userId });
const withdraw = (by: ActingMember, userId: string): AccountCommand => ({ type: 'WithdrawInvitation', by, userId });

/** An owner, an admin and one of each role below. */
const TEAM = [
  joined('olga', 'owner'),
  joined('adam', 'admin'),
  joined('mona', 'manager'),
  joined('ana', 'analyst'),
  joined('sue', 'support'),
];

describe('Account', () => {
  it('begins at the command line, which may make owners', () => {
    given()
      .when(add('command-line', 'olga', 'owner'))
      .then(joined('olga', 'owner'));
    given()
      .when(invite('command-line', 'olga', 'owner'))
      .then(invited('olga', 'owner'));
    given()
      .when(invite(as('olga'), 'adam', 'admin'))
      .thenRefused('role_insufficient');
  });

  it('takes a first owner while it has no member, invitations or not', () => {
    given().when(addFirstOwner('olga')).then(joined('olga', 'owner'));
    given(invited('adam', 'admin')).when(addFirstOwner('olga')).then(joined('olga', 'owner'));
    given(joined('ana', 'analyst')).when(addFirstOwner('olga')).thenRefused('set_up_already');
    given(joined('olga', 'owner')).when(addFirstOwner('olga')).thenRefused('set_up_already');
  });

  describe('an invitation', () => {
    it('makes a member of whoever has the link', () => {
      given(invited('mona', 'manager')).when(accept('mona')).then(joined('mona', 'manager'));
    });

    it('works once', () => {
      given(invited('mona', 'manager'), joined('mona', 'manager'))
        .when(accept('mona'))
        .thenRefused('invitation_unknown');
      given(invited('mona', 'manager'), joined('mona', 'manager'), removed('mona'))
        .when(accept('mona'))
        .thenRefused('invitation_unknown');
    });

    it('works with its own link only', () => {
      given().when(accept('mona')).thenRefused('invitation_unknown');
      given(invited('mona', 'manager')).when(accept('mona', 'ab')).thenRefused('invitation_unknown');
      given(invited('mona', 'manager')).when(accept('mona', '')).thenRefused('invitation_unknown');
      given(invited('mona', 'manager')).when(accept('adam')).thenRefused('invitation_unknown');
    });

    it('works until it expires', () => {
      given(invited('mona', 'manager'))
        .when(accept('mona', 'aa', '2026-01-08T00:00:00.000Z'))
        .thenRefused('invitation_expired');
    });

    it('is replaced by the next one', () => {
      const twice = [invited('mona', 'manager', 'aa'), invited('mona', 'analyst', 'bb')];
      given(...twice)
        .when(accept('mona', 'aa'))
        .thenRefused('invitation_unknown');
      given(...twice)
        .when(accept('mona', 'bb'))
        .then(joined('mona', 'analyst'));
    });

    it('can be withdrawn, once', () => {
      const before = [...TEAM, invited('max', 'manager')];
      given(...before)
        .when(withdraw(as('adam'), 'max'))
        .then(withdrawn('max'));
      given(...before, withdrawn('max'))
        .when(withdraw(as('adam'), 'max'))
        .then();
      given(...before, withdrawn('max'))
        .when(accept('max'))
        .thenRefused('invitation_unknown');
    });

    it('is for those who are no members', () => {
      given(...TEAM)
        .when(invite(as('olga'), 'ana', 'manager'))
        .thenRefused('member_exists', '/email');
      given(...TEAM)
        .when(add('command-line', 'ana', 'manager'))
        .thenRefused('member_exists', '/email');
      given(...TEAM, removed('ana'))
        .when(invite(as('olga'), 'ana', 'manager'))
        .then(invited('ana', 'manager'));
    });

    it('is void once its receiver was made a member otherwise', () => {
      given(invited('mona', 'owner'), joined('mona', 'analyst'), removed('mona'))
        .when(accept('mona'))
        .thenRefused('invitation_unknown');
    });
  });

  describe('who may manage members', () => {
    for (const id of ['mona', 'ana', 'sue', 'nobody']) {
      it(`not ${id}`, () => {
        given(...TEAM)
          .when(invite(as(id), 'max', 'support'))
          .thenRefused('role_insufficient');
        given(...TEAM)
          .when(add(as(id), 'max', 'support'))
          .thenRefused('role_insufficient');
        given(...TEAM)
          .when(change(as(id), 'sue', 'analyst'))
          .thenRefused('role_insufficient');
        given(...TEAM)
          .when(remove(as(id), 'sue'))
          .thenRefused('role_insufficient');
        given(...TEAM, invited('max', 'support'))
          .when(withdraw(as(id), 'max'))
          .thenRefused('role_insufficient');
      });
    }

    it('an admin everyone but owners', () => {
      given(...TEAM)
        .when(invite(as('adam'), 'max', 'admin'))
        .then(invited('max', 'admin'));
      given(...TEAM)
        .when(change(as('adam'), 'mona', 'admin'))
        .then(roleChanged('mona', 'admin'));
      given(...TEAM)
        .when(remove(as('adam'), 'mona'))
        .then(removed('mona'));
      given(...TEAM)
        .when(remove(as('adam'), 'olga'))
        .thenRefused('role_insufficient');
      given(...TEAM)
        .when(change(as('adam'), 'olga', 'admin'))
        .thenRefused('role_insufficient');
    });

    it('an admin makes no owners, and takes no part in their invitations', () => {
      given(...TEAM)
        .when(invite(as('adam'), 'max', 'owner'))
        .thenRefused('role_insufficient');
      given(...TEAM)
        .when(add(as('adam'), 'max', 'owner'))
        .thenRefused('role_insufficient');
      given(...TEAM)
        .when(change(as('adam'), 'mona', 'owner'))
        .thenRefused('role_insufficient');
      given(...TEAM, invited('max', 'owner'))
        .when(invite(as('adam'), 'max', 'support'))
        .thenRefused('role_insufficient');
      given(...TEAM, invited('max', 'owner'))
        .when(withdraw(as('adam'), 'max'))
        .thenRefused('role_insufficient');
    });

    it('an owner all', () => {
      given(...TEAM)
        .when(invite(as('olga'), 'max', 'owner'))
        .then(invited('max', 'owner'));
      given(...TEAM)
        .when(change(as('olga'), 'adam', 'owner'))
        .then(roleChanged('adam', 'owner'));
      given(...TEAM, joined('otto', 'owner'))
        .when(change(as('olga'), 'otto', 'admin'))
        .then(roleChanged('otto', 'admin'));
      given(...TEAM, joined('otto', 'owner'))
        .when(remove(as('olga'), 'otto'))
        .then(removed('otto'));
    });

    it('not somebody who was removed or has another role by now', () => {
      given(...TEAM, removed('adam'))
        .when(remove(as('adam'), 'sue'))
        .thenRefused('role_insufficient');
      given(...TEAM, roleChanged('adam', 'manager'))
        .when(remove(as('adam'), 'sue'))
        .thenRefused('role_insufficient');
    });
  });

  it('lets nobody change their own role', () => {
    const two = [...TEAM, joined('otto', 'owner')];
    given(...two)
      .when(change(as('olga'), 'olga', 'admin'))
      .thenRefused('own_role', '/role');
    given(...two)
      .when(change(as('adam'), 'adam', 'manager'))
      .thenRefused('own_role', '/role');
  });

  it('keeps its last owner', () => {
    given(...TEAM)
      .when(remove(as('olga'), 'olga'))
      .thenRefused('last_owner');
    given(...TEAM)
      .when(remove('command-line', 'olga'))
      .thenRefused('last_owner');
    given(...TEAM)
      .when(change('command-line', 'olga', 'admin'))
      .thenRefused('last_owner');
    given(...TEAM, joined('otto', 'owner'))
      .when(remove(as('olga'), 'olga'))
      .then(removed('olga'));
  });

  it('records a role only where it is another one', () => {
    given(...TEAM)
      .when(change(as('olga'), 'ana', 'analyst'))
      .then();
  });

  it('knows only its members', () => {
    given(...TEAM)
      .when(remove(as('olga'), 'max'))
      .thenRefused('member_unknown');
    given(...TEAM)
      .when(change(as('olga'), 'max', 'analyst'))
      .thenRefused('member_unknown');
    given(...TEAM)
      .when(change(as('olga'), 'constructor', 'analyst'))
      .thenRefused('member_unknown');
    expect(memberOf(fold(account, TEAM), '__proto__')).to.equal(undefined);
    expect(memberOf(fold(account, TEAM), 'ana')).to.deep.equal({ email: 'ana@example.com', role: 'analyst' });
  });

  const id = fc.constantFrom('olga', 'otto', 'adam', 'mona');
  const by: fc.Arbitrary<ActingMember> = fc.oneof(fc.constant('command-line' as const), id.map(as));
  const role = fc.constantFrom(...ROLES);
  const token = fc.constantFrom('aa', 'bb');
  const step: fc.Arbitrary<AccountCommand> = fc.oneof(
    fc.tuple(by, id, role, token).map((parts) => invite(...parts)),
    fc
      .tuple(id, token, fc.constantFrom('2026-01-07T00:00:00.000Z', '2026-01-09T00:00:00.000Z'))
      .map((parts) => accept(...parts)),
    fc.tuple(by, id, role).map((parts) => add(...parts)),
    id.map(addFirstOwner),
    fc.tuple(by, id, role).map((parts) => change(...parts)),
    fc.tuple(by, id).map((parts) => remove(...parts)),
    fc.tuple(by, id).map((parts) => withdraw(...parts)),
  );
  describeDeciderLaws(account, step, (command) => command);

  const owners = ({ members }: AccountState): number =>
    Object.values(members).filter((member) => member.role === 'owner').length;

  it('never loses its last owner again, once it has one', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (commands) => {
        let state = account.initialState;
        let had = false;
        for (const event of play(account, commands, (command) => command).events) {
          state = account.evolve(state, event);
          had ||= owners(state) > 0;
          if (had) expect(owners(state)).to.be.greaterThan(0);
        }
      }),
    );
  });

  it('gets an owner from an owner or the command line only, or while it has no member', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), step, (commands, last) => {
        const { state } = play(account, commands, (command) => command);
        const { state: after, events } = play({ ...account, initialState: state }, [last], (command) => command);
        const makesOwner = events.some(
          (event) =>
            (event.type === 'MemberInvited' || event.type === 'MemberRoleChanged') && event.data.role === 'owner',
        );
        if (!makesOwner && owners(after) <= owners(state)) return;
        if (last.type === 'AddFirstOwner') {
          expect(state.members).to.deep.equal({});
          return;
        }
        if (last.type === 'AcceptInvitation' || last.by === 'command-line') return;
        expect(memberOf(state, last.by.userId)?.role).to.equal('owner');
      }),
    );
  });
});
