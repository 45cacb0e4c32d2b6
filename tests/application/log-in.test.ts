import { expect } from 'chai';
import { LogIn } from '../../src/application/commands/log-in.js';
import { userStream } from '../../src/domain/account/user.js';
import { TotpCodes } from '../../src/infrastructure/security/totp-codes.js';
import {
  as,
  emailOf,
  HOUR,
  idOf,
  MINUTE,
  type OpenAccounts,
  openAccounts,
  PASSWORD,
  refused,
  SHELL,
} from './accounts.js';

describe('Log-in', () => {
  let accounts: OpenAccounts;
  beforeEach(async () => {
    accounts = openAccounts();
    await accounts.member('olga', 'owner');
  });
  afterEach(() => accounts.close());

  const logIn = (given: { email?: string; password?: string; code?: string; address?: string } = {}) =>
    accounts.logIn.logIn({ email: emailOf('olga'), password: PASSWORD, address: '192.0.2.1', ...given }, 'request');
  const tokenOf = async (): Promise<string> => (await logIn()).result.token;
  const authenticate = (token: string) => accounts.logIn.authenticate(token, 'request');

  it('starts a session for the right password, whatever the capitals of the address', async () => {
    const { result, position } = await logIn({ email: ' OLGA@example.com' });
    expect(result).to.deep.include({ userId: idOf('olga'), role: 'owner', expiresAt: '2026-01-01T12:00:00.000Z' });
    expect(position).to.equal(await accounts.eventStore.headPosition());
    const authenticated = await authenticate(result.token);
    expect(authenticated).to.deep.include({
      userId: idOf('olga'),
      email: emailOf('olga'),
      role: 'owner',
      twoStep: false,
    });
    expect(authenticated).to.not.have.property('renewed');
    const [session] = await accounts.logIn.sessionsOf(idOf('olga'));
    expect(session?.sha256).to.equal(authenticated?.sessionSha256);
  });

  it('fails alike for a wrong password, an unknown address and a removed member, with one hash checked each', async () => {
    await accounts.member('mona', 'manager');
    await accounts.members.remove(idOf('mona'), SHELL);
    const messages: string[] = [];
    for (const given of [
      { password: 'wrong horse battery' },
      { email: emailOf('nobody') },
      { email: emailOf('mona') },
      { email: 'no address' },
    ]) {
      accounts.hasher.verified.length = 0;
      messages.push((await refused(logIn(given), 'log_in_failed')).message);
      expect(accounts.hasher.verified, JSON.stringify(given)).to.have.lengthOf(1);
    }
    expect(new Set(messages).size).to.equal(1);
    expect(await accounts.types(userStream(idOf('nobody')))).to.deep.equal([]);
  });

  it('records a failure without saying that it was the user', async () => {
    await refused(logIn({ password: 'wrong horse battery' }), 'log_in_failed');
    const failure = (await accounts.eventStore.readStream(userStream(idOf('olga')))).at(-1);
    expect(failure?.data).to.deep.equal({ at: '2026-01-01T00:00:00.000Z', reason: 'password' });
    expect(failure?.metadata.actor.kind).to.equal('engine');
  });

  describe('the throttle', () => {
    const guess = (email = emailOf('olga'), address = '192.0.2.1') =>
      logIn({ email, address, password: 'wrong horse battery' });

    it('refuses even the right password after five failures, and says from when on it works', async () => {
      for (let failure = 0; failure < 5; failure++) await refused(guess(), 'log_in_failed');
      accounts.clock.advance(14 * MINUTE);
      accounts.hasher.verified.length = 0;
      expect((await refused(logIn(), 'log_in_throttled')).message).to.include('2026-01-01T00:15:00.000Z');
      expect(accounts.hasher.verified).to.deep.equal([]);
      accounts.clock.advance(MINUTE);
      await logIn();
    });

    it('lets no more through where many guess at once', async () => {
      const guesses = Array.from({ length: 12 }, (_, index) => guess(emailOf('olga'), `192.0.2.${index}`));
      const outcomes = await Promise.allSettled(guesses);
      expect(outcomes.every(({ status }) => status === 'rejected')).to.equal(true);
      const types = await accounts.types(userStream(idOf('olga')));
      expect(types.filter((type) => type === 'UserLogInFailed')).to.have.lengthOf(5);
      await refused(logIn({ address: '192.0.2.99' }), 'log_in_throttled');
    });

    it('is the same for an address that nobody has, so that it does not tell', async () => {
      for (let failure = 0; failure < 5; failure++) await refused(guess(emailOf('nobody')), 'log_in_failed');
      const stranger = await refused(guess(emailOf('nobody')), 'log_in_throttled');
      for (let failure = 0; failure < 5; failure++) await refused(guess(), 'log_in_failed');
      const known = await refused(guess(), 'log_in_throttled');
      expect(stranger.message).to.equal(known.message);
    });

    it('counts failures by address too, over all users', async () => {
      for (let failure = 0; failure < 20; failure++) await refused(guess(emailOf(`nobody${failure}`)), 'log_in_failed');
      await refused(logIn(), 'log_in_throttled');
      await logIn({ address: '192.0.2.2' });
      accounts.clock.advance(15 * MINUTE);
      await logIn();
    });

    it('counts no successes', async () => {
      for (let success = 0; success < 25; success++) await logIn();
    });
  });

  it('checks again what changed while the password was checked', async () => {
    const { result } = await accounts.members.offerPasswordReset(idOf('olga'), SHELL);
    accounts.hasher.meanwhile = async () => {
      await accounts.members.resetPassword(result.token, 'four words nobody joins', 'other');
    };
    await refused(logIn(), 'log_in_failed');
    expect(await accounts.logIn.sessionsOf(idOf('olga'))).to.deep.equal([]);
  });

  describe('with two-step authentication', () => {
    let device: Awaited<ReturnType<OpenAccounts['withTwoStep']>>;
    beforeEach(async () => {
      device = await accounts.withTwoStep('olga');
    });

    it('asks for the code once the password is right, which counts as no failure', async () => {
      for (let time = 0; time < 30; time++) await refused(logIn(), 'code_required');
      await refused(logIn({ code: ' ' }), 'code_required');
      expect(
        (await refused(logIn({ password: 'wrong horse battery', code: device.code() }), 'log_in_failed')).pointer,
      ).to.equal('');
      const { result } = await logIn({ code: device.code() });
      expect((await authenticate(result.token))?.twoStep).to.equal(true);
    });

    it('takes a code once, also from two at once', async () => {
      const code = device.code();
      const outcomes = await Promise.allSettled([logIn({ code }), logIn({ code })]);
      expect(outcomes.map(({ status }) => status)).to.have.members(['fulfilled', 'rejected']);
      expect((await refused(logIn({ code }), 'log_in_failed')).pointer).to.equal('/code');
      accounts.clock.advance(30_000);
      await logIn({ code: device.code() });
    });

    it('takes a recovery code once, however it is typed', async () => {
      const [first = '', second = ''] = device.recoveryCodes;
      await logIn({ code: first });
      await refused(logIn({ code: first }), 'log_in_failed');
      await logIn({ code: ` ${second.toUpperCase().replace('-', ' ').replaceAll('0', 'O').replaceAll('1', 'l')}` });
    });

    it('counts wrong codes as failures', async () => {
      for (let failure = 0; failure < 5; failure++) await refused(logIn({ code: 'wrong-codes' }), 'log_in_failed');
      await refused(logIn({ code: device.code() }), 'log_in_throttled');
      const reasons = (await accounts.eventStore.readStream(userStream(idOf('olga')))).flatMap(({ type, data }) =>
        type === 'UserLogInFailed' ? [(data as { reason: string }).reason] : [],
      );
      expect(reasons).to.deep.equal(['code', 'code', 'code', 'code', 'code']);
    });
  });

  describe('a session', () => {
    it('is opened by its own token only', async () => {
      const token = await tokenOf();
      await accounts.member('mona', 'manager');
      const [, secret = ''] = token.split('.');
      const others = ['', 'x', `${token}x`, `${idOf('mona')}.${secret}`, `${idOf('olga')}.${'A'.repeat(43)}`];
      for (const wrong of others) {
        expect(await authenticate(wrong), wrong).to.equal(undefined);
      }
    });

    it('exchanges its token after 15 minutes, for one of the requests that come at once', async () => {
      const token = await tokenOf();
      accounts.clock.advance(15 * MINUTE);
      expect(await authenticate(token)).to.not.have.property('renewed');
      accounts.clock.advance(1);
      const answers = await Promise.all(Array.from({ length: 5 }, () => authenticate(token)));
      const renewed = answers.flatMap((answer) => answer?.renewed ?? []);
      expect(answers.every((answer) => answer?.userId === idOf('olga'))).to.equal(true);
      expect(renewed).to.have.lengthOf(1);
      accounts.clock.advance(MINUTE);
      expect(await authenticate(token)).to.not.have.property('renewed');
      accounts.clock.advance(1);
      expect(await authenticate(token)).to.equal(undefined);
      expect((await authenticate(renewed[0] as string))?.userId).to.equal(idOf('olga'));
      expect(await accounts.logIn.sessionsOf(idOf('olga'))).to.have.lengthOf(1);
    });

    it('is over after two idle hours, and after twelve', async () => {
      const idle = await tokenOf();
      accounts.clock.advance(2 * HOUR);
      expect(await authenticate(idle)).to.equal(undefined);
      expect(await accounts.logIn.sessionsOf(idOf('olga'))).to.deep.equal([]);

      let token = await tokenOf();
      for (let hour = 1; hour < 12; hour++) {
        accounts.clock.advance(HOUR);
        token = (await authenticate(token))?.renewed as string;
      }
      accounts.clock.advance(HOUR - 1);
      expect(await authenticate(token)).to.not.equal(undefined);
      accounts.clock.advance(1);
      expect(await authenticate(token)).to.equal(undefined);
    });

    it('is known to every process of the installation', async () => {
      const token = await tokenOf();
      const other = new LogIn(accounts.aggregates, accounts.hasher, new TotpCodes(), accounts.clock);
      expect((await other.authenticate(token, 'request'))?.userId).to.equal(idOf('olga'));
    });

    it('has the role that its user has now', async () => {
      await accounts.member('mona', 'manager');
      const { token } = (await logIn({ email: emailOf('mona') })).result;
      await accounts.members.changeRole(idOf('mona'), 'analyst', as('olga'));
      expect((await authenticate(token))?.role).to.equal('analyst');
    });

    it('ends by logging out, alone', async () => {
      const [one, other] = [await tokenOf(), await tokenOf()];
      await accounts.logIn.logOut(one, 'request');
      await accounts.logIn.logOut(one, 'request');
      await accounts.logIn.logOut('nonsense', 'request');
      expect(await authenticate(one)).to.equal(undefined);
      expect(await authenticate(other)).to.not.equal(undefined);
      const types = await accounts.types(userStream(idOf('olga')));
      expect(types.filter((type) => type === 'UserSessionEnded')).to.have.lengthOf(1);
    });

    it('can be ended from another, one or all', async () => {
      const tokens = [await tokenOf(), await tokenOf(), await tokenOf()];
      const [first = '', second = '', third = ''] = await Promise.all(
        tokens.map(async (token) => (await authenticate(token))?.sessionSha256),
      );
      await accounts.logIn.endSession(idOf('olga'), second, as('olga'));
      const left = async () => (await accounts.logIn.sessionsOf(idOf('olga'))).map(({ sha256 }) => sha256);
      expect(await left()).to.deep.equal([first, third]);
      await accounts.logIn.endOtherSessions(idOf('olga'), third, as('olga'));
      expect(await left()).to.deep.equal([third]);
      await refused(accounts.logIn.endSession(idOf('nobody'), second, as('olga')), 'user_unknown');
    });
  });
});
