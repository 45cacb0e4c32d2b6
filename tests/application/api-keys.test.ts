import { expect } from 'chai';
import { readApiKeys } from '../../src/application/queries/api-keys.js';
import { API_SCOPES } from '../../src/domain/account/api-key.js';
import { eventually } from '../support/eventually.js';
import { as, emailOf, HOUR, idOf, type OpenAccounts, openAccounts, PASSWORD, refused, SHELL } from './accounts.js';

describe('API keys', () => {
  let accounts: OpenAccounts;
  beforeEach(() => {
    accounts = openAccounts();
  });
  afterEach(() => accounts.close());

  const shop = { name: 'shop', scopes: ['events:write', 'flows:write'] } as const;

  it('made at the command line do what they were issued for', async () => {
    const { result, position } = await accounts.apiKeys.issue(shop, SHELL);
    expect(result.key).to.match(/^hk_[0-9a-f]{32}_[A-Za-z0-9_-]{43}$/);
    expect(await accounts.eventStore.headPosition()).to.equal(position);
    expect(await accounts.apiKeys.authorise(result.key)).to.deep.equal({ keyId: result.keyId, ...shop });
  });

  it('are known by nothing else', async () => {
    const { key, keyId } = (await accounts.apiKeys.issue(shop, SHELL)).result;
    const unknown = `hk_${'0'.repeat(32)}_${key.slice(-43)}`;
    for (const wrong of ['', 'hk', keyId, `${key}x`, key.slice(0, -43) + 'A'.repeat(43), unknown]) {
      expect(await accounts.apiKeys.authorise(wrong), wrong).to.equal(undefined);
    }
  });

  it('work until they are revoked', async () => {
    const { key, keyId } = (await accounts.apiKeys.issue(shop, SHELL)).result;
    await refused(accounts.apiKeys.revoke('unknown', SHELL), 'api_key_unknown');
    await accounts.apiKeys.revoke(keyId, SHELL);
    await accounts.apiKeys.revoke(keyId, SHELL);
    expect(await accounts.apiKeys.authorise(key)).to.equal(undefined);
  });

  it('work until they expire, which lies ahead', async () => {
    const expiring = (expiresAt: string) => accounts.apiKeys.issue({ ...shop, expiresAt }, SHELL);
    for (const past of ['2026-01-01T00:00:00.000Z', '2025-12-31T00:00:00.000Z', 'soon']) {
      expect((await refused(expiring(past), 'api_key_expiry_past')).pointer).to.equal('/expiresAt');
    }
    const { key } = (await expiring('2026-01-01T01:00:00.000Z')).result;
    accounts.clock.advance(HOUR - 1);
    expect(await accounts.apiKeys.authorise(key)).to.not.equal(undefined);
    accounts.clock.advance(1);
    expect(await accounts.apiKeys.authorise(key)).to.equal(undefined);
  });

  it('record their use at most hourly, beside the request', async () => {
    const { key, keyId } = (await accounts.apiKeys.issue(shop, SHELL)).result;
    const uses = async () => (await accounts.types(`api-key-${keyId}`)).filter((type) => type === 'ApiKeyUsed').length;
    await Promise.all(Array.from({ length: 5 }, () => accounts.apiKeys.authorise(key)));
    await eventually('the first use', async () => (await uses()) > 0);
    expect(await uses()).to.equal(1);
    accounts.clock.advance(HOUR - 1);
    await accounts.apiKeys.authorise(key);
    accounts.clock.advance(1);
    await accounts.apiKeys.authorise(key);
    await eventually('the second use', async () => (await uses()) > 1);
    const [, first, second] = await accounts.eventStore.readStream(`api-key-${keyId}`);
    expect(first?.data).to.deep.equal({ at: '2026-01-01T00:00:00.000Z' });
    expect(second?.data).to.deep.equal({ at: '2026-01-01T01:00:00.000Z' });
    expect(first?.metadata.actor).to.deep.equal({ kind: 'api-key', id: keyId, name: 'shop' });
  });

  it('answer also where their use can not be recorded', async () => {
    const { key } = (await accounts.apiKeys.issue(shop, SHELL)).result;
    const { appendMany } = accounts.eventStore;
    let asked = 0;
    accounts.eventStore.appendMany = async () => {
      asked++;
      throw new Error('The disk is full.');
    };
    expect(await accounts.apiKeys.authorise(key)).to.not.equal(undefined);
    await eventually('the attempt to record it', () => asked > 0);
    accounts.eventStore.appendMany = appendMany;
  });

  describe('in the name of a user', () => {
    beforeEach(async () => {
      await accounts.member('olga', 'owner');
      await accounts.member('mona', 'manager');
      await accounts.member('ana', 'analyst');
    });

    it('take two-step authentication for flows:write', async () => {
      await refused(accounts.apiKeys.issue(shop, as('mona')), 'two_step_required');
      await refused(accounts.apiKeys.issue({ ...shop, issuerId: idOf('mona') }, SHELL), 'two_step_required');
      await accounts.apiKeys.issue({ ...shop, scopes: ['events:write'] }, as('mona'));
      await accounts.withTwoStep('mona');
      await accounts.apiKeys.issue(shop, as('mona'));
      const keys = await readApiKeys(accounts.eventStore, '2026-01-01T00:00:00.000Z');
      expect(keys.map(({ issuerId }) => issuerId)).to.deep.equal([idOf('mona'), idOf('mona')]);
    });

    it("go no further than their issuer's role", async () => {
      await accounts.withTwoStep('ana');
      const issue = (scopes: readonly (typeof API_SCOPES)[number][]) =>
        accounts.apiKeys.issue({ name: 'report', scopes, issuerId: idOf('ana') }, SHELL);
      const refusal = await refused(issue(['flows:read', 'events:write']), 'scope_beyond_role');
      expect(refusal.message).to.include('events:write').and.include(emailOf('ana'));
      expect(refusal.pointer).to.equal('/scopes');
      await issue(['flows:read', 'audit:read']);
    });

    it('are issued by owners, admins and managers, for themselves, and by no other key', async () => {
      const reading = { name: 'report', scopes: ['flows:read'] } as const;
      await refused(accounts.apiKeys.issue(reading, as('ana')), 'role_insufficient');
      await refused(accounts.apiKeys.issue({ ...reading, issuerId: idOf('olga') }, as('mona')), 'role_insufficient');
      const byKey = { ...SHELL, actor: { kind: 'api-key', id: 'k', name: 'shop' } } as const;
      await refused(accounts.apiKeys.issue(reading, byKey), 'role_insufficient');
      await refused(accounts.apiKeys.issue({ ...reading, issuerId: idOf('nobody') }, SHELL), 'member_unknown');
      const { keyId } = (await accounts.apiKeys.issue(reading, as('mona'))).result;
      await refused(accounts.apiKeys.revoke(keyId, as('ana')), 'role_insufficient');
      await refused(accounts.apiKeys.revoke(keyId, byKey), 'role_insufficient');
      await accounts.apiKeys.revoke(keyId, as('olga'));
    });

    it('lose flows:write, and only that, while their issuer does not meet the rule', async () => {
      const { code } = await accounts.withTwoStep('mona');
      const { key, keyId } = (await accounts.apiKeys.issue(shop, as('mona'))).result;
      const authorised = async () => accounts.apiKeys.authorise(key);
      expect(await authorised()).to.deep.equal({ keyId, ...shop });

      await accounts.twoStep.switchOff(idOf('mona'), PASSWORD, code(), as('mona'));
      const without = await authorised();
      expect(without?.scopes).to.deep.equal(['events:write']);
      expect(without?.withheld?.rule).to.equal('two_step_required');

      await accounts.withTwoStep('mona');
      expect(await authorised()).to.deep.equal({ keyId, ...shop });

      await accounts.members.changeRole(idOf('mona'), 'analyst', as('olga'));
      expect((await authorised())?.withheld?.rule).to.equal('role_insufficient');
      await accounts.members.remove(idOf('mona'), as('olga'));
      const left = await authorised();
      expect([left?.scopes, left?.withheld?.rule]).to.deep.equal([['events:write'], 'role_insufficient']);
    });
  });

  it('are listed without their secrets, with what became of them', async () => {
    const { key, keyId } = (await accounts.apiKeys.issue(shop, SHELL)).result;
    const { result: second } = await accounts.apiKeys.issue({ name: 'old', scopes: API_SCOPES }, SHELL);
    const { result: third } = await accounts.apiKeys.issue(
      { name: 'brief', scopes: ['flows:read'], expiresAt: '2026-01-01T00:30:00.000Z' },
      SHELL,
    );
    await accounts.apiKeys.revoke(second.keyId, SHELL);
    await accounts.apiKeys.authorise(key);
    const issuedAt = '2026-01-01T00:00:00.000Z';
    await eventually('the use', async () => (await accounts.types(`api-key-${keyId}`)).includes('ApiKeyUsed'));
    expect(await readApiKeys(accounts.eventStore, '2026-01-01T01:00:00.000Z')).to.deep.equal([
      { keyId, ...shop, issuedAt, status: 'active', lastUsedAt: issuedAt },
      { keyId: second.keyId, name: 'old', scopes: [...API_SCOPES], issuedAt, status: 'revoked' },
      {
        ...{ keyId: third.keyId, name: 'brief', scopes: ['flows:read'], issuedAt, status: 'expired' },
        expiresAt: '2026-01-01T00:30:00.000Z',
      },
    ]);
  });
});
