import { expect } from 'chai';
import { type HistoryEntry, readHistory } from '../../src/application/queries/history.js';
import { TEST_VAULT } from '../support/test-vault.js';
import { as, codeAt, emailOf, idOf, type OpenAccounts, openAccounts, PASSWORD, refused, SHELL } from './accounts.js';

describe('The history of accounts', () => {
  let accounts: OpenAccounts;
  let account: readonly HistoryEntry[];
  let olga: readonly HistoryEntry[];

  before(async () => {
    accounts = openAccounts();
    const { clock, members, twoStep, logIn } = accounts;
    const id = await accounts.member('olga', 'owner');
    const log = async (password: string, code?: string): Promise<string> => {
      const given = { email: emailOf('olga'), password, address: '192.0.2.1', ...(code === undefined ? {} : { code }) };
      return (await logIn.logIn(given, 'request')).result.token;
    };
    const token = await log(PASSWORD);
    const own = (await logIn.authenticate(token, 'request'))?.sessionSha256 as string;
    const { secret } = (await twoStep.prepare(id, as('olga'))).result;
    const code = () => codeAt(secret, clock.now());
    const { recoveryCodes } = (await twoStep.switchOn(id, code(), as('olga'), own)).result;
    await log(PASSWORD, recoveryCodes[0]);
    await refused(log('wrong horse battery'), 'log_in_failed');
    clock.advance(20 * 60_000);
    await logIn.authenticate(token, 'request');
    await twoStep.renewRecoveryCodes(id, code(), as('olga'));
    clock.advance(30_000);
    await twoStep.switchOff(id, PASSWORD, code(), as('olga'));
    await members.offerPasswordReset(id, SHELL);

    await members.invite(emailOf('mona'), 'manager', as('olga'));
    await members.withdrawInvitation(idOf('mona'), as('olga'));
    await accounts.member('ana', 'analyst');
    await members.changeRole(idOf('ana'), 'support', as('olga'));
    await members.remove(idOf('ana'), as('olga'));
    account = await readHistory(accounts.eventStore, TEST_VAULT, 'account');
    olga = await readHistory(accounts.eventStore, TEST_VAULT, `user-${id}`);
  });
  after(() => accounts.close());

  it('tells who belongs to the installation, and who had it so', () => {
    const [olgaId, monaId, anaId] = [idOf('olga'), idOf('mona'), idOf('ana')];
    expect(account.map(({ sentence, actor }) => [sentence, actor])).to.deep.equal([
      [`olga@example.com (the user ${olgaId}) joined as owner.`, 'root at the command line'],
      ['mona@example.com was invited as manager, until 2026-01-08T00:20:30.000Z.', 'olga@example.com'],
      [`The invitation of the user ${monaId} was withdrawn.`, 'olga@example.com'],
      [`ana@example.com (the user ${anaId}) joined as analyst.`, 'root at the command line'],
      [`The role of the user ${anaId} became support.`, 'olga@example.com'],
      [`The user ${anaId} was removed from the members.`, 'olga@example.com'],
    ]);
  });

  it('tells what a user did to get in', () => {
    expect(olga.map(({ sentence }) => sentence)).to.deep.equal([
      'The user olga@example.com was registered.',
      'A password was set.',
      'The user logged in; the session ends at 2026-01-01T12:00:00.000Z at the latest.',
      'Two-step authentication was prepared; it is not on yet.',
      'Two-step authentication was switched on, with 10 recovery codes.',
      'A recovery code was used.',
      'The user logged in; the session ends at 2026-01-01T12:00:00.000Z at the latest.',
      'A log-in failed: the password was wrong.',
      "A session's token was exchanged.",
      'The recovery codes were replaced by 10 new ones.',
      'Two-step authentication was switched off.',
      'A session ended (two-step).',
      'A session ended (two-step).',
      'A link to set a password was made, good until 2026-01-02T00:20:30.000Z.',
    ]);
    expect(olga.find(({ type }) => type === 'UserLogInFailed')?.actor).to.equal('the log in');
  });

  it('shows nobody what opens the door', () => {
    const told = JSON.stringify([...account, ...olga].map(({ data }) => data));
    expect(told).to.include('"passwordHash":"•••"').and.include('"secret":"•••"').and.include('"recoveryCodes":"•••"');
    expect(told).to.not.match(/[0-9a-f]{64}/);
    expect(told).to.not.match(/hash of|[A-Z2-7]{32}/);
    const shown = account.find(({ type }) => type === 'MemberInvited')?.data;
    expect(shown).to.include({ email: emailOf('mona'), role: 'manager', tokenSha256: '•••' });
  });
});
