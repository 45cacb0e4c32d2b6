import { expect } from 'chai';
import { userStream } from '../../src/domain/account/user.js';
import { as, codeAt, emailOf, idOf, type OpenAccounts, openAccounts, PASSWORD, refused, SHELL } from './accounts.js';

describe('Two-step authentication', () => {
  let accounts: OpenAccounts;
  beforeEach(async () => {
    accounts = openAccounts();
    await accounts.member('olga', 'owner');
  });
  afterEach(() => accounts.close());

  const olga = idOf('olga');
  const logIn = (code?: string) =>
    accounts.logIn.logIn(
      { email: emailOf('olga'), password: PASSWORD, address: '192.0.2.1', ...(code === undefined ? {} : { code }) },
      'request',
    );
  const session = async (code?: string): Promise<string> => {
    const { token } = (await logIn(code)).result;
    return (await accounts.logIn.authenticate(token, 'request'))?.sessionSha256 as string;
  };
  const sessions = async () => (await accounts.logIn.sessionsOf(olga)).map(({ sha256 }) => sha256);

  it('is prepared with what an authenticator app takes, and switched on by its first code', async () => {
    const { secret, url } = (await accounts.twoStep.prepare(olga, as('olga'))).result;
    expect(url).to.equal(
      `otpauth://totp/hookledger:olga%40example.com?issuer=hookledger&secret=${secret}&algorithm=SHA1&digits=6&period=30`,
    );
    await logIn();
    const code = codeAt(secret, accounts.clock.now());
    const { recoveryCodes } = (await accounts.twoStep.switchOn(olga, code, as('olga'))).result;
    expect(recoveryCodes).to.have.lengthOf(10);
    for (const recoveryCode of recoveryCodes)
      expect(recoveryCode).to.match(/^[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}$/);
    expect(new Set(recoveryCodes).size).to.equal(10);
    await refused(logIn(), 'code_required');
    await refused(logIn(code), 'log_in_failed');
    await logIn(recoveryCodes[9]);
  });

  it('stays off with a wrong code, and without being prepared', async () => {
    await refused(accounts.twoStep.switchOn(olga, '123456', as('olga')), 'two_step_not_prepared');
    const { secret } = (await accounts.twoStep.prepare(olga, as('olga'))).result;
    const right = codeAt(secret, accounts.clock.now());
    const wrong = String((Number(right) + 1) % 1_000_000).padStart(6, '0');
    for (const code of [wrong, '', 'abcde-fghjk', codeAt(secret, accounts.clock.now() - 90_000)]) {
      await refused(accounts.twoStep.switchOn(olga, code, as('olga')), 'code_wrong');
    }
    await logIn();
    await refused(accounts.twoStep.prepare(idOf('nobody'), as('olga')), 'user_unknown');
  });

  it('ends the other sessions when switched on and off', async () => {
    const [mine] = [await session(), await session()];
    const { secret } = (await accounts.twoStep.prepare(olga, as('olga'))).result;
    const code = () => codeAt(secret, accounts.clock.now());
    await accounts.twoStep.switchOn(olga, code(), as('olga'), mine);
    expect(await sessions()).to.deep.equal([mine]);
    accounts.clock.advance(30_000);
    await session(code());
    accounts.clock.advance(30_000);
    await accounts.twoStep.switchOff(olga, PASSWORD, code(), as('olga'), mine);
    expect(await sessions()).to.deep.equal([mine]);
    await logIn();
  });

  it('is switched off with the password and a code, neither of which may be guessed', async () => {
    const { code, recoveryCodes } = await accounts.withTwoStep('olga');
    const { twoStep } = accounts;
    await refused(twoStep.switchOff(olga, 'wrong horse battery', code(), as('olga')), 'password_wrong');
    for (let failure = 0; failure < 4; failure++) {
      await refused(twoStep.switchOff(olga, PASSWORD, '00000-00000', as('olga')), 'code_wrong');
    }
    await refused(twoStep.switchOff(olga, PASSWORD, code(), as('olga')), 'log_in_throttled');
    await refused(logIn(code()), 'log_in_throttled');
    accounts.clock.advance(15 * 60_000);
    await twoStep.switchOff(olga, PASSWORD, recoveryCodes[0] as string, as('olga'));
    await refused(twoStep.switchOff(olga, PASSWORD, code(), as('olga')), 'two_step_off');
    await logIn();
  });

  it('gives new recovery codes for a code, and the old ones up', async () => {
    const { code, recoveryCodes } = await accounts.withTwoStep('olga');
    const { twoStep } = accounts;
    await refused(twoStep.renewRecoveryCodes(olga, '00000-00000', as('olga')), 'code_wrong');
    const { result } = await twoStep.renewRecoveryCodes(olga, code(), as('olga'));
    await refused(twoStep.renewRecoveryCodes(olga, code(), as('olga')), 'code_wrong');
    await refused(logIn(recoveryCodes[0]), 'log_in_failed');
    await logIn(result.recoveryCodes[0]);
  });

  it('is switched on at once from a shell, with a new seed where it was on: for a lost device', async () => {
    const first = await accounts.withTwoStep('olga');
    await session(first.code());
    const second = await accounts.withTwoStep('olga');
    expect(await sessions()).to.deep.equal([]);
    accounts.clock.advance(30_000);
    await refused(logIn(first.code()), 'log_in_failed');
    await refused(logIn(first.recoveryCodes[0]), 'log_in_failed');
    await logIn(second.code());
    await refused(accounts.twoStep.switchOnFromShell(idOf('nobody'), SHELL), 'user_unknown');
  });

  it('keeps recovery codes as hashes only', async () => {
    const { recoveryCodes } = await accounts.withTwoStep('olga');
    const stored = JSON.stringify(await accounts.eventStore.readStream(userStream(olga)));
    for (const code of recoveryCodes) expect(stored).to.not.include(code).and.to.not.include(code.replace('-', ''));
  });
});
