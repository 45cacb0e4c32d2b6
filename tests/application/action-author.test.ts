import { expect } from 'chai';
import { AggregateStore } from '../../src/application/aggregate-store.js';
import {
  requireActionAuthor,
  TwoStepRequired,
  TwoStepUnverifiable,
} from '../../src/application/commands/action-author.js';
import type { Actor, EventStore } from '../../src/application/ports/event-store.js';
import { ACCOUNT_STREAM } from '../../src/domain/account/account.js';
import { user as userDecider, userStream } from '../../src/domain/account/user.js';
import { RuleViolation } from '../../src/domain/kernel/rule-violation.js';
import { metric, metricStream } from '../../src/domain/metric/metric.js';
import { RandomIds } from '../../src/infrastructure/system/random-ids.js';
import { rejection } from '../contract/rejection.js';
import { as, emailOf, HOUR, idOf, type OpenAccounts, openAccounts, refused, SHELL } from './accounts.js';

describe('The rule about who writes webhook actions', () => {
  let accounts: OpenAccounts;
  beforeEach(async () => {
    accounts = openAccounts();
    await accounts.member('olga', 'owner');
  });
  afterEach(() => accounts.close());

  /** Stands for a change of an action: it is recorded only where the rule lets it through. */
  const write = (actor: Actor, meanwhile: () => Promise<void> = async () => {}) =>
    accounts.aggregates.transact({ ...SHELL, actor }, async (work) => {
      await requireActionAuthor(work, actor);
      await meanwhile();
      await work.decide(metric, metricStream('m'), { type: 'CreateMetric', name: 'm' });
    });
  const user = (name: string): Actor => as(name).actor;
  const keyOf = async (given: { issuerId?: string; expiresAt?: string } = {}): Promise<Actor> => {
    const { result } = await accounts.apiKeys.issue({ name: 'shop', scopes: ['flows:write'], ...given }, SHELL);
    return { kind: 'api-key', id: result.keyId, name: 'shop' };
  };

  it('lets the machine and its operator', async () => {
    await write(SHELL.actor);
    await write({ kind: 'engine', id: 'e', name: 'engine' });
  });

  for (const role of ['owner', 'admin', 'manager'] as const) {
    it(`lets a user who is ${role}, once two-step authentication is on for that very user`, async () => {
      await accounts.member('mona', role);
      await accounts.withTwoStep('olga');
      const error = await rejection(write(user('mona')), TwoStepRequired);
      expect(error).to.deep.include({ rule: 'two_step_required', email: emailOf('mona') });
      expect(error.message).to.include(`hookledger user two-step --email ${emailOf('mona')}`);
      expect(await accounts.types(metricStream('m'))).to.deep.equal([]);
      await accounts.withTwoStep('mona');
      await write(user('mona'));
      expect(await accounts.types(metricStream('m'))).to.have.lengthOf(1);
    });
  }

  for (const role of ['analyst', 'support'] as const) {
    it(`refuses a user who is ${role}, also with two-step authentication`, async () => {
      await accounts.member('ana', role);
      await accounts.withTwoStep('ana');
      expect((await refused(write(user('ana')), 'role_insufficient')).message).to.include(`has the role ${role}`);
    });
  }

  it('refuses a user who was removed', async () => {
    await accounts.member('mona', 'manager');
    await accounts.withTwoStep('mona');
    await write(user('mona'));
    await accounts.members.remove(idOf('mona'), SHELL);
    await refused(write(user('mona')), 'role_insufficient');
  });

  it('counts a seed that was only prepared as off', async () => {
    await accounts.twoStep.prepare(idOf('olga'), as('olga'));
    await refused(write(user('olga')), 'two_step_required');
  });

  it('takes an API key for its issuer, as the issuer is now', async () => {
    const { code } = await accounts.withTwoStep('olga');
    const key = await keyOf({ issuerId: idOf('olga') });
    await write(key);
    await accounts.twoStep.switchOff(idOf('olga'), 'correct horse battery', code(), as('olga'));
    expect((await rejection(write(key), TwoStepRequired)).email).to.equal(emailOf('olga'));
  });

  it('takes an API key without an issuer for the operator', async () => {
    await write(await keyOf());
  });

  it('refuses an API key that was revoked or has expired', async () => {
    const key = await keyOf();
    await accounts.apiKeys.revoke(key.id, SHELL);
    await refused(write(key), 'api_key_inactive');
    const brief = await keyOf({ expiresAt: '2026-01-01T01:00:00.000Z' });
    await write(brief);
    accounts.clock.advance(HOUR);
    await refused(write(brief), 'api_key_inactive');
  });

  it('says that it could not be checked, where a user or a key can not be found', async () => {
    for (const actor of [user('nobody'), { kind: 'api-key', id: 'unknown', name: 'shop' } as const]) {
      const error = await rejection(write(actor), TwoStepUnverifiable);
      expect(error).to.be.instanceOf(RuleViolation).and.to.deep.include({ rule: 'two_step_unverifiable' });
      expect(error.message).to.match(/could not be checked, so nothing was saved: there is no/);
    }
  });

  it('says that it could not be checked, where the store fails', async () => {
    await accounts.withTwoStep('olga');
    const key = await keyOf({ issuerId: idOf('olga') });
    const failing = (stream: string): AggregateStore => {
      const broken: EventStore = Object.create(accounts.eventStore, {
        readStream: {
          value: async (asked: string) => {
            if (asked === stream) throw new Error('The disk does not answer.');
            return accounts.eventStore.readStream(asked);
          },
        },
      });
      return new AggregateStore(broken, accounts.clock, new RandomIds());
    };
    for (const stream of [ACCOUNT_STREAM, `user-${idOf('olga')}`, `api-key-${key.id}`]) {
      const error = await rejection(
        failing(stream).transact({ ...SHELL, actor: key }, (work) => requireActionAuthor(work, key)),
        TwoStepUnverifiable,
      );
      expect(error.message, stream).to.match(/: The disk does not answer\.$/);
    }
  });

  it('is decided anew where two-step authentication is switched off at the same moment', async () => {
    const { code } = await accounts.withTwoStep('olga');
    let tries = 0;
    const raced = write(user('olga'), async () => {
      if (++tries === 1) await accounts.twoStep.switchOff(idOf('olga'), 'correct horse battery', code(), as('olga'));
    });
    await refused(raced, 'two_step_required');
    expect(await accounts.types(metricStream('m'))).to.deep.equal([]);
    expect(tries).to.equal(1);
  });

  it('does not go by what a process remembers', async () => {
    await accounts.withTwoStep('olga');
    await write(user('olga'));
    const elsewhere = new AggregateStore(accounts.eventStore, accounts.clock, new RandomIds());
    const off = { type: 'SwitchTwoStepOff', proof: 'command-line' } as const;
    await elsewhere.execute(userDecider, userStream(idOf('olga')), off, SHELL);
    await refused(write(user('olga')), 'two_step_required');
  });
});
