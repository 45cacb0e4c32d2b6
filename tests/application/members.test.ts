import { expect } from 'chai';
import { readMembers } from '../../src/application/queries/members.js';
import { ACCOUNT_STREAM } from '../../src/domain/account/account.js';
import { userStream } from '../../src/domain/account/user.js';
import { as, emailOf, HOUR, idOf, type OpenAccounts, openAccounts, PASSWORD, refused, SHELL } from './accounts.js';

describe('Members', () => {
  let accounts: OpenAccounts;
  beforeEach(() => {
    accounts = openAccounts();
  });
  afterEach(() => accounts.close());

  const TOKEN = /^[0-9a-f-]{36}\.[A-Za-z0-9_-]{43}$/;
  const NEW_PASSWORD = 'four words nobody joins';
  const logsIn = (name: string, password: string) =>
    accounts.logIn.logIn({ email: emailOf(name), password, address: '192.0.2.1' }, 'request');

  describe('made at the command line', () => {
    it('can log in with the password given', async () => {
      const { result } = await accounts.members.createUser(
        { email: ' Olga@Example.com', role: 'owner', password: PASSWORD },
        SHELL,
      );
      expect(result).to.deep.equal({ userId: idOf('olga') });
      expect((await logsIn('olga', PASSWORD)).result.role).to.equal('owner');
    });

    it('without one, set it by a link that works once, for a day', async () => {
      const { result } = await accounts.members.createUser({ email: emailOf('olga'), role: 'owner' }, SHELL);
      const token = result.token as string;
      expect(token).to.match(TOKEN);
      await refused(logsIn('olga', PASSWORD), 'log_in_failed');
      expect(await accounts.members.passwordResetOf(token)).to.deep.equal({
        userId: idOf('olga'),
        email: emailOf('olga'),
      });
      await accounts.members.resetPassword(token, PASSWORD, 'request');
      await logsIn('olga', PASSWORD);
      await refused(accounts.members.resetPassword(token, NEW_PASSWORD, 'request'), 'password_link_unknown');

      const late = await accounts.members.createUser({ email: emailOf('otto'), role: 'owner' }, SHELL);
      accounts.clock.advance(24 * HOUR);
      const link = late.result.token as string;
      await refused(accounts.members.resetPassword(link, PASSWORD, 'request'), 'password_link_expired');
    });

    it('are refused with a weak password, a wrong address, or twice, and nothing is recorded', async () => {
      const create = (email: string, password: string) =>
        accounts.members.createUser({ email, role: 'owner', password }, SHELL);
      await refused(create(emailOf('olga'), 'short'), 'password_too_weak');
      await refused(create('olga', PASSWORD), 'email_invalid');
      expect(await accounts.eventStore.headPosition()).to.equal(-1);
      await create(emailOf('olga'), PASSWORD);
      const head = await accounts.eventStore.headPosition();
      await refused(create('OLGA@example.com', NEW_PASSWORD), 'member_exists');
      expect(await accounts.eventStore.headPosition()).to.equal(head);
    });
  });

  describe('the first one', () => {
    const setUp = (name: string, password = PASSWORD) =>
      accounts.members.setUpOwner(emailOf(name), password, 'request');

    it('is an owner who can log in, and there is none after', async () => {
      expect(await accounts.members.isSetUp()).to.equal(false);
      expect((await setUp('olga')).result).to.deep.equal({ userId: idOf('olga') });
      expect(await accounts.members.isSetUp()).to.equal(true);
      expect((await logsIn('olga', PASSWORD)).result.role).to.equal('owner');
      await refused(setUp('otto'), 'set_up_already');
      const [joined] = await accounts.eventStore.readStream(ACCOUNT_STREAM);
      expect(joined?.metadata.actor).to.deep.equal({ kind: 'user', id: idOf('olga'), name: emailOf('olga') });
    });

    it('is one, of many who try at the same moment', async () => {
      const tries = await Promise.allSettled(['olga', 'otto', 'omar', 'oona'].map((name) => setUp(name)));
      expect(tries.filter(({ status }) => status === 'fulfilled')).to.have.lengthOf(1);
      for (const one of tries) if (one.status === 'rejected') expect(one.reason.rule).to.equal('set_up_already');
      expect(await accounts.types(ACCOUNT_STREAM)).to.deep.equal(['MemberJoined']);
    });

    it('is refused with a weak password or a wrong address, and nothing is recorded', async () => {
      await refused(setUp('olga', 'short'), 'password_too_weak');
      await refused(accounts.members.setUpOwner('olga', PASSWORD, 'request'), 'email_invalid');
      expect(await accounts.eventStore.headPosition()).to.equal(-1);
      expect(await accounts.members.isSetUp()).to.equal(false);
    });
  });

  describe('invited', () => {
    beforeEach(() => accounts.member('olga', 'owner'));

    it('join with a password of their own, once', async () => {
      const { result } = await accounts.members.invite('Mona@Example.com', 'manager', as('olga'));
      expect(result.token).to.match(TOKEN);
      expect(result).to.deep.include({ userId: idOf('mona'), expiresAt: '2026-01-08T00:00:00.000Z' });
      expect(await accounts.members.invitationOf(result.token)).to.deep.equal({
        userId: idOf('mona'),
        email: emailOf('mona'),
        role: 'manager',
      });
      await refused(logsIn('mona', PASSWORD), 'log_in_failed');
      await refused(accounts.members.acceptInvitation(result.token, 'short', 'request'), 'password_too_weak');
      await accounts.members.acceptInvitation(result.token, PASSWORD, 'request');
      expect((await logsIn('mona', PASSWORD)).result.role).to.equal('manager');
      await refused(accounts.members.acceptInvitation(result.token, NEW_PASSWORD, 'request'), 'invitation_unknown');
      const [, , joined] = await accounts.eventStore.readStream(ACCOUNT_STREAM);
      expect(joined?.metadata.actor).to.deep.equal({ kind: 'user', id: idOf('mona'), name: emailOf('mona') });
    });

    it('need the newest link, in time, and not withdrawn', async () => {
      const first = await accounts.members.invite(emailOf('mona'), 'manager', as('olga'));
      const second = await accounts.members.invite(emailOf('mona'), 'analyst', as('olga'));
      const accept = (token: string) => accounts.members.acceptInvitation(token, PASSWORD, 'request');
      await refused(accept(first.result.token), 'invitation_unknown');
      for (const wrong of ['', 'x', `${idOf('mona')}.${'A'.repeat(43)}`, `${second.result.token}A`]) {
        await refused(accept(wrong), 'invitation_unknown');
      }
      accounts.clock.advance(7 * 24 * HOUR);
      await refused(accept(second.result.token), 'invitation_expired');
      const third = await accounts.members.invite(emailOf('mona'), 'analyst', as('olga'));
      await accounts.members.withdrawInvitation(idOf('mona'), as('olga'));
      await refused(accept(third.result.token), 'invitation_unknown');
    });

    it('join once, of two who use the link at the same time', async () => {
      const { result } = await accounts.members.invite(emailOf('mona'), 'manager', as('olga'));
      const outcomes = await Promise.allSettled([
        accounts.members.acceptInvitation(result.token, PASSWORD, 'one'),
        accounts.members.acceptInvitation(result.token, NEW_PASSWORD, 'other'),
      ]);
      expect(outcomes.map(({ status }) => status)).to.have.members(['fulfilled', 'rejected']);
      expect(await accounts.types(userStream(idOf('mona')))).to.deep.equal(['UserRegistered', 'UserPasswordSet']);
    });

    it('are listed beside the members', async () => {
      await accounts.members.invite(emailOf('mona'), 'manager', as('olga'));
      await accounts.withTwoStep('olga');
      const listed = await readMembers(accounts.aggregates);
      expect(listed).to.deep.equal([
        {
          ...{ userId: idOf('olga'), email: emailOf('olga'), role: 'owner' },
          ...{ status: 'member', twoStep: true, hasPassword: true },
        },
        {
          ...{ userId: idOf('mona'), email: emailOf('mona'), role: 'manager' },
          ...{ status: 'invited', twoStep: false, hasPassword: false, expiresAt: '2026-01-08T00:00:00.000Z' },
        },
      ]);
    });
  });

  it('are managed by owners and admins, whose role counts as it is now, and by nobody who is not logged in', async () => {
    for (const [name, role] of [
      ['olga', 'owner'],
      ['adam', 'admin'],
      ['mona', 'manager'],
    ] as const)
      await accounts.member(name, role);
    const { members } = accounts;
    await refused(members.invite(emailOf('max'), 'support', as('mona')), 'role_insufficient');
    await refused(members.remove(idOf('olga'), as('adam')), 'role_insufficient');
    const key = { ...SHELL, actor: { kind: 'api-key', id: 'k', name: 'shop' } } as const;
    await refused(members.remove(idOf('mona'), key), 'role_insufficient');
    await members.changeRole(idOf('mona'), 'analyst', as('adam'));
    await members.changeRole(idOf('adam'), 'manager', as('olga'));
    await refused(members.changeRole(idOf('mona'), 'support', as('adam')), 'role_insufficient');
    await refused(members.offerPasswordReset(idOf('mona'), as('adam')), 'role_insufficient');
  });

  it("keep their password from those who may not manage them: an admin can't become an owner by a link", async () => {
    await accounts.member('olga', 'owner');
    await accounts.member('adam', 'admin');
    await refused(accounts.members.offerPasswordReset(idOf('olga'), as('adam')), 'role_insufficient');
    await refused(accounts.members.offerPasswordReset(idOf('max'), as('olga')), 'member_unknown');
    const { result } = await accounts.members.offerPasswordReset(idOf('adam'), as('olga'));
    await accounts.members.resetPassword(result.token, NEW_PASSWORD, 'request');
    await refused(logsIn('adam', PASSWORD), 'log_in_failed');
    await logsIn('adam', NEW_PASSWORD);
  });

  it('lose their sessions with an old password', async () => {
    await accounts.member('olga', 'owner');
    const { token } = (await logsIn('olga', PASSWORD)).result;
    const link = (await accounts.members.offerPasswordReset(idOf('olga'), SHELL)).result.token;
    expect(await accounts.logIn.authenticate(token, 'request')).to.not.equal(undefined);
    await accounts.members.resetPassword(link, NEW_PASSWORD, 'request');
    expect(await accounts.logIn.authenticate(token, 'request')).to.equal(undefined);
  });

  it('change their own password with the present one, which may not be guessed, and keep the session that asks', async () => {
    await accounts.member('olga', 'owner');
    const tokens = [(await logsIn('olga', PASSWORD)).result.token, (await logsIn('olga', PASSWORD)).result.token];
    const [mine = '', other = ''] = tokens;
    const { sessionSha256 = '' } = (await accounts.logIn.authenticate(mine, 'request')) ?? {};
    const change = (present: string, next: string) =>
      accounts.members.changePassword(idOf('olga'), present, next, as('olga'), sessionSha256);
    expect((await refused(change(PASSWORD, 'short'), 'password_too_weak')).pointer).to.equal('/newPassword');
    for (let failure = 0; failure < 5; failure++) {
      expect((await refused(change('wrong horse battery', NEW_PASSWORD), 'password_wrong')).pointer).to.equal(
        '/password',
      );
    }
    await refused(change(PASSWORD, NEW_PASSWORD), 'log_in_throttled');
    accounts.clock.advance(HOUR / 4);
    await change(PASSWORD, NEW_PASSWORD);
    expect(await accounts.logIn.authenticate(mine, 'request')).to.not.equal(undefined);
    expect(await accounts.logIn.authenticate(other, 'request')).to.equal(undefined);
    await refused(logsIn('olga', PASSWORD), 'log_in_failed');
    await logsIn('olga', NEW_PASSWORD);
  });

  it('are out at once when removed: sessions, password and links', async () => {
    await accounts.member('olga', 'owner');
    await accounts.member('mona', 'manager');
    const { token } = (await logsIn('mona', PASSWORD)).result;
    const link = (await accounts.members.offerPasswordReset(idOf('mona'), as('olga'))).result.token;
    await accounts.members.remove(idOf('mona'), as('olga'));
    expect(await accounts.logIn.authenticate(token, 'request')).to.equal(undefined);
    expect(await accounts.logIn.sessionsOf(idOf('mona'))).to.deep.equal([]);
    await refused(logsIn('mona', PASSWORD), 'log_in_failed');
    await refused(accounts.members.resetPassword(link, NEW_PASSWORD, 'request'), 'member_unknown');
    const ended = (await accounts.eventStore.readStream(userStream(idOf('mona')))).at(-1);
    expect(ended).to.deep.include({ type: 'UserSessionEnded' });
    expect(ended?.data).to.include({ reason: 'removed' });
  });

  it('leave no token or password in the store', async () => {
    await accounts.member('olga', 'owner');
    const invitation = (await accounts.members.invite(emailOf('mona'), 'manager', as('olga'))).result.token;
    const link = (await accounts.members.offerPasswordReset(idOf('olga'), SHELL)).result.token;
    const session = (await logsIn('olga', PASSWORD)).result.token;
    let stored = '';
    for await (const events of accounts.eventStore.readAll()) stored += JSON.stringify(events);
    for (const token of [invitation, link, session]) expect(stored).to.not.include(token.split('.')[1]);
    expect(stored).to.include('tokenSha256').and.include('sessionSha256');
  });
});
