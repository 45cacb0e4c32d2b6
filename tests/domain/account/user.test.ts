import { expect } from 'chai';
import fc from 'fast-check';
import { findSession, isDueForRenewal, later, MAX_SESSIONS } from '../../../src/domain/account/session.js';
import {
  throttledUntil,
  type UserCommand,
  type UserEvent,
  type UserState,
  user,
  userStream,
} from '../../../src/domain/account/user.js';
import { fold } from '../../../src/domain/kernel/decider.js';
import { specify, violationOf } from '../../support/specification.js';
import { describeDeciderLaws, play } from '../decider-laws.js';

const given = specify(user);

const START = '2026-01-01T00:00:00.000Z';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const afterStart = (ms: number): string => later(START, ms);

const registered: UserEvent = { type: 'UserRegistered', data: { email: 'ana@example.com' } };
const passwordSet: UserEvent = { type: 'UserPasswordSet', data: { passwordHash: 'hash' } };
const resetOffered: UserEvent = {
  type: 'UserPasswordResetOffered',
  data: { tokenSha256: 'aa', expiresAt: afterStart(24 * HOUR) },
};
const prepared: UserEvent = { type: 'UserTwoStepPrepared', data: { secret: 'SEED' } };
const CODES = ['c1', 'c2'];
const switchedOn: UserEvent = { type: 'UserTwoStepSwitchedOn', data: { recoveryCodes: CODES, step: 100 } };
const failed = (at: string, reason: 'password' | 'code' = 'password'): UserEvent => ({
  type: 'UserLogInFailed',
  data: { at, reason },
});
const started = (sessionSha256: string, at = START, step?: number): UserEvent => ({
  type: 'UserSessionStarted',
  data: { sessionSha256, at, expiresAt: later(at, 12 * HOUR), ...(step === undefined ? {} : { step }) },
});
const renewed = (from: string, to: string, at: string): UserEvent => ({
  type: 'UserSessionRenewed',
  data: { from, to, at },
});
const ended = (
  sessionSha256: string,
  reason: (UserEvent & { type: 'UserSessionEnded' })['data']['reason'],
): UserEvent => ({ type: 'UserSessionEnded', data: { sessionSha256, reason } });

const start = (
  sessionSha256: string,
  at = START,
  proof?: (UserCommand & { type: 'StartSession' })['proof'],
): UserCommand => ({
  type: 'StartSession',
  sessionSha256,
  at,
  ...(proof === undefined ? {} : { proof }),
});

const ANA = [registered, passwordSet];
const WITH_TWO_STEP = [...ANA, prepared, switchedOn];

describe('User', () => {
  it('is registered once, and does nothing before', () => {
    given().when({ type: 'RegisterUser', email: 'ana@example.com' }).then(registered);
    given(registered).when({ type: 'RegisterUser', email: 'ana@example.com' }).then();
    given().when(start('s1')).thenRefused('user_unknown');
    given().when({ type: 'SetPassword', passwordHash: 'hash' }).thenRefused('user_unknown');
    expect(userStream('7')).to.equal('user-7');
  });

  describe('a password', () => {
    it('ends the sessions of whoever may know the old one, but not the one that sets it', () => {
      const before = [...ANA, started('s1'), started('s2'), started('s3')];
      given(...before)
        .when({ type: 'SetPassword', passwordHash: 'hash' })
        .then(passwordSet, ended('s1', 'password'), ended('s2', 'password'), ended('s3', 'password'));
      given(...before)
        .when({ type: 'SetPassword', passwordHash: 'hash', keepSession: 's2' })
        .then(passwordSet, ended('s1', 'password'), ended('s3', 'password'));
    });

    const reset = (tokenSha256: string, at: string): UserCommand => ({
      type: 'ResetPassword',
      tokenSha256,
      at,
      passwordHash: 'hash',
    });

    it('can be set by a link, which works once, until it expires', () => {
      const before = [...ANA, started('s1')];
      given(...before)
        .when({ type: 'OfferPasswordReset', tokenSha256: 'aa', expiresAt: afterStart(24 * HOUR) })
        .then(resetOffered);
      given(...before, resetOffered)
        .when(reset('aa', afterStart(HOUR)))
        .then(passwordSet, ended('s1', 'password'));
      given(...before, resetOffered)
        .when(reset('ab', afterStart(HOUR)))
        .thenRefused('password_link_unknown');
      given(...before, resetOffered)
        .when(reset('aa', afterStart(24 * HOUR)))
        .thenRefused('password_link_expired');
      given(...before, resetOffered, passwordSet)
        .when(reset('aa', afterStart(HOUR)))
        .thenRefused('password_link_unknown');
      given(...before)
        .when(reset('', afterStart(HOUR)))
        .thenRefused('password_link_unknown');
    });

    it('set anew lets a user in whom guesses had locked out', () => {
      const guesses = [0, 1, 2, 3, 4].map((minute) => failed(afterStart(minute * MINUTE)));
      given(...ANA, ...guesses)
        .when(start('s1', afterStart(5 * MINUTE)))
        .thenRefused('log_in_throttled');
      given(...ANA, ...guesses, passwordSet)
        .when(start('s1', afterStart(5 * MINUTE)))
        .then(started('s1', afterStart(5 * MINUTE)));
    });
  });

  describe('two-step authentication', () => {
    const on = (step: number, keepSession?: string): UserCommand => ({
      type: 'SwitchTwoStepOn',
      proof: { step },
      recoveryCodes: CODES,
      ...(keepSession === undefined ? {} : { keepSession }),
    });

    it('is switched on by a code, and ends every other session', () => {
      const before = [...ANA, started('s1'), started('s2')];
      given(...before)
        .when({ type: 'PrepareTwoStep', secret: 'SEED' })
        .then(prepared);
      given(...before, prepared)
        .when(on(100, 's2'))
        .then(switchedOn, ended('s1', 'two-step'));
      given(...before)
        .when(on(100))
        .thenRefused('two_step_not_prepared');
      given(...before, prepared, switchedOn)
        .when(on(101))
        .thenRefused('two_step_on');
      given(...before, prepared, switchedOn)
        .when({ type: 'PrepareTwoStep', secret: 'NEW' })
        .thenRefused('two_step_on');
    });

    it('may be prepared again until it is on; the last seed counts', () => {
      const again: UserEvent = { type: 'UserTwoStepPrepared', data: { secret: 'NEW' } };
      given(...ANA, prepared)
        .when({ type: 'PrepareTwoStep', secret: 'NEW' })
        .then(again);
      expect(fold(user, [...ANA, prepared, again])).to.deep.include({ twoStep: 'pending', secret: 'NEW' });
    });

    it('can be switched on from a shell without a code', () => {
      given(...ANA, prepared)
        .when({ type: 'SwitchTwoStepOn', proof: 'command-line', recoveryCodes: CODES })
        .then({ type: 'UserTwoStepSwitchedOn', data: { recoveryCodes: CODES } });
    });

    it('is asked for at each log-in, once it is on', () => {
      given(...ANA)
        .when(start('s1'))
        .then(started('s1'));
      given(...ANA, prepared)
        .when(start('s1'))
        .then(started('s1'));
      given(...WITH_TWO_STEP)
        .when(start('s1'))
        .thenRefused('code_required', '/code');
      given(...WITH_TWO_STEP)
        .when(start('s1', START, { step: 101 }))
        .then(started('s1', START, 101));
    });

    it('takes a code once, and none before it, whatever it was used for', () => {
      given(...WITH_TWO_STEP)
        .when(start('s1', START, { step: 100 }))
        .thenRefused('code_used', '/code');
      given(...WITH_TWO_STEP)
        .when(start('s1', START, { step: 99 }))
        .thenRefused('code_used', '/code');
      const used = [...WITH_TWO_STEP, started('s1', START, 101)];
      given(...used)
        .when(start('s2', START, { step: 101 }))
        .thenRefused('code_used', '/code');
      given(...used)
        .when({ type: 'SwitchTwoStepOff', proof: { step: 101 } })
        .thenRefused('code_used', '/code');
      given(...used)
        .when({ type: 'RenewRecoveryCodes', proof: { step: 101 }, recoveryCodes: ['n1'] })
        .thenRefused('code_used', '/code');
      const renewal: UserEvent = { type: 'UserRecoveryCodesRenewed', data: { recoveryCodes: ['n1'], step: 102 } };
      given(...used)
        .when({ type: 'RenewRecoveryCodes', proof: { step: 102 }, recoveryCodes: ['n1'] })
        .then(renewal);
      given(...used, renewal)
        .when(start('s2', START, { step: 102 }))
        .thenRefused('code_used', '/code');
      given(...used, renewal)
        .when(start('s2', START, { step: 103 }))
        .then(started('s2', START, 103));
    });

    it('takes a recovery code once', () => {
      const use: UserEvent = { type: 'UserRecoveryCodeUsed', data: { sha256: 'c1' } };
      given(...WITH_TWO_STEP)
        .when(start('s1', START, { recoveryCodeSha256: 'c1' }))
        .then(use, started('s1'));
      given(...WITH_TWO_STEP, use)
        .when(start('s1', START, { recoveryCodeSha256: 'c1' }))
        .thenRefused('code_used', '/code');
      given(...WITH_TWO_STEP)
        .when(start('s1', START, { recoveryCodeSha256: '' }))
        .thenRefused('code_used', '/code');
      expect(fold(user, [...WITH_TWO_STEP, use]).recoveryCodes).to.deep.equal(['c2']);
    });

    it('gives the old recovery codes up for new ones', () => {
      const renewal: UserEvent = { type: 'UserRecoveryCodesRenewed', data: { recoveryCodes: ['n1'], step: 101 } };
      given(...WITH_TWO_STEP, renewal)
        .when(start('s1', START, { recoveryCodeSha256: 'c2' }))
        .thenRefused('code_used', '/code');
      given(...ANA)
        .when({ type: 'RenewRecoveryCodes', proof: { step: 101 }, recoveryCodes: ['n1'] })
        .thenRefused('two_step_off');
    });

    it('is switched off by a code, ends every other session, and keeps nothing', () => {
      const before = [...WITH_TWO_STEP, started('s1', START, 101), started('s2', START, 102)];
      const off: UserEvent = { type: 'UserTwoStepSwitchedOff', data: { step: 103 } };
      given(...before)
        .when({ type: 'SwitchTwoStepOff', proof: { step: 103 }, keepSession: 's1' })
        .then(off, ended('s2', 'two-step'));
      given(...before, off)
        .when({ type: 'SwitchTwoStepOff', proof: { step: 104 } })
        .thenRefused('two_step_off');
      expect(fold(user, [...before, off])).to.deep.include({ twoStep: 'off', secret: undefined, recoveryCodes: [] });
    });

    it('begins anew with a new seed: its codes are others', () => {
      const off: UserEvent = { type: 'UserTwoStepSwitchedOff', data: { step: 103 } };
      given(...WITH_TWO_STEP, off, prepared)
        .when(on(103))
        .then({ type: 'UserTwoStepSwitchedOn', data: { recoveryCodes: CODES, step: 103 } });
    });
  });

  describe('failed log-ins', () => {
    const five = [0, 3, 6, 9, 12].map((minute) => failed(afterStart(minute * MINUTE)));
    const fail = (at: string): UserCommand => ({ type: 'FailLogIn', at, reason: 'password' });

    it('lock for a while once there are five within 15 minutes, and say until when', () => {
      given(...ANA, ...five.slice(0, 4))
        .when(start('s1', afterStart(13 * MINUTE)))
        .then(started('s1', afterStart(13 * MINUTE)));
      given(...ANA, ...five)
        .when(start('s1', afterStart(13 * MINUTE)))
        .thenRefused('log_in_throttled');
      given(...ANA, ...five)
        .when(fail(afterStart(13 * MINUTE)))
        .thenRefused('log_in_throttled');
      const refused = violationOf(() =>
        user.decide(start('s1', afterStart(13 * MINUTE)), fold(user, [...ANA, ...five])),
      );
      expect(refused.message).to.include(afterStart(15 * MINUTE));
      given(...ANA, ...five)
        .when(start('s1', afterStart(15 * MINUTE)))
        .then(started('s1', afterStart(15 * MINUTE)));
    });

    it('lock again after one more guess, until the next of the five is 15 minutes old', () => {
      const state = fold(user, [...ANA, ...five, failed(afterStart(15 * MINUTE))]);
      expect(throttledUntil(state, afterStart(15 * MINUTE))).to.equal(afterStart(18 * MINUTE));
    });

    it('are forgotten when they are further apart', () => {
      const apart = [0, 4, 8, 12, 16, 20].map((minute) => failed(afterStart(minute * MINUTE)));
      expect(throttledUntil(fold(user, [...ANA, ...apart]), afterStart(20 * MINUTE))).to.equal(undefined);
    });

    it('are forgotten after a success', () => {
      const fifth = failed(afterStart(13 * MINUTE));
      const history = [...ANA, ...five.slice(0, 4), started('s1', afterStart(12 * MINUTE)), fifth];
      expect(throttledUntil(fold(user, history), afterStart(13 * MINUTE))).to.equal(undefined);
    });
  });

  describe('a session', () => {
    const opens = (events: readonly UserEvent[], sha256: string, at: string): boolean =>
      findSession(fold(user, events).sessions, sha256, at) !== undefined;

    it('is over after two hours without a renewal', () => {
      const history = [...ANA, started('s1')];
      expect(opens(history, 's1', afterStart(2 * HOUR - 1))).to.equal(true);
      expect(opens(history, 's1', afterStart(2 * HOUR))).to.equal(false);
      expect(opens(history, 's2', START)).to.equal(false);
    });

    it('is over after twelve hours, however often it was renewed', () => {
      const history = [...ANA, started('s0')];
      for (let hour = 1; hour < 12; hour++) history.push(renewed(`s${hour - 1}`, `s${hour}`, afterStart(hour * HOUR)));
      expect(opens(history, 's11', afterStart(12 * HOUR - 1))).to.equal(true);
      expect(opens(history, 's11', afterStart(12 * HOUR))).to.equal(false);
    });

    it('is renewed when its token is older than 15 minutes, by the first request that comes', () => {
      const history = [...ANA, started('s1')];
      const renew = (to: string, at: string): UserCommand => ({ type: 'RenewSession', from: 's1', to, at });
      const late = afterStart(15 * MINUTE + 1);
      given(...history)
        .when(renew('s2', afterStart(15 * MINUTE)))
        .then();
      given(...history)
        .when(renew('s2', late))
        .then(renewed('s1', 's2', late));
      given(...history, renewed('s1', 's2', late))
        .when(renew('s3', late))
        .then();
      given(...history)
        .when(renew('s2', afterStart(2 * HOUR)))
        .thenRefused('session_over');
      given(...ANA)
        .when(renew('s2', late))
        .thenRefused('session_over');
      const [session] = fold(user, history).sessions;
      expect(session !== undefined && isDueForRenewal(session, late)).to.equal(true);
    });

    it('is open to the old token for one more minute', () => {
      const at = afterStart(20 * MINUTE);
      const history = [...ANA, started('s1'), renewed('s1', 's2', at)];
      expect(opens(history, 's2', later(at, 10 * MINUTE))).to.equal(true);
      expect(opens(history, 's1', later(at, MINUTE))).to.equal(true);
      expect(opens(history, 's1', later(at, MINUTE + 1))).to.equal(false);
    });

    it('can be ended, by its token of now or before', () => {
      const end = (sessionSha256: string): UserCommand => ({ type: 'EndSession', sessionSha256, reason: 'revoked' });
      const history = [...ANA, started('s1'), renewed('s1', 's2', afterStart(HOUR)), started('s3', afterStart(HOUR))];
      given(...history)
        .when(end('s2'))
        .then(ended('s2', 'revoked'));
      given(...history)
        .when(end('s1'))
        .then(ended('s2', 'revoked'));
      given(...history)
        .when(end('s9'))
        .then();
      expect(opens([...history, ended('s2', 'revoked')], 's2', afterStart(HOUR))).to.equal(false);
      expect(opens([...history, ended('s2', 'revoked')], 's3', afterStart(HOUR))).to.equal(true);
    });

    it('can be the only one left', () => {
      given(...ANA, started('s1'), started('s2'), started('s3'))
        .when({ type: 'EndOtherSessions', keepSession: 's2', reason: 'revoked' })
        .then(ended('s1', 'revoked'), ended('s3', 'revoked'));
      given(...ANA, started('s1'))
        .when({ type: 'EndOtherSessions', reason: 'removed' })
        .then(ended('s1', 'removed'));
    });

    it('is forgotten once it is over', () => {
      const { sessions } = fold(user, [...ANA, started('s1'), started('s2', afterStart(3 * HOUR))]);
      expect(sessions.map(({ sha256 }) => sha256)).to.deep.equal(['s2']);
    });

    it('makes way, the oldest first, where there are too many', () => {
      const many = Array.from({ length: MAX_SESSIONS + 2 }, (_, index) =>
        started(`s${index}`, afterStart(index * 1_000)),
      );
      const { sessions } = fold(user, [...ANA, ...many]);
      expect(sessions).to.have.lengthOf(MAX_SESSIONS);
      expect(sessions[0]?.sha256).to.equal('s2');
      expect(sessions.at(-1)?.sha256).to.equal(`s${MAX_SESSIONS + 1}`);
    });
  });

  /** A command's numbers: times rise from step to step, as a clock's do. */
  type Step = { wait: number; pick: number; kind: UserCommand['type'] };
  const KINDS = [
    ...['RegisterUser', 'SetPassword', 'OfferPasswordReset', 'ResetPassword', 'PrepareTwoStep', 'SwitchTwoStepOn'],
    ...['SwitchTwoStepOff', 'RenewRecoveryCodes', 'FailLogIn', 'StartSession', 'StartSession', 'RenewSession'],
    ...['EndSession', 'EndOtherSessions'],
  ] as UserCommand['type'][];
  const step: fc.Arbitrary<Step> = fc.record({
    wait: fc.constantFrom(0, 1_000, 5 * MINUTE, 20 * MINUTE, 3 * HOUR),
    pick: fc.nat(5),
    kind: fc.constantFrom(...KINDS),
  });
  const timed = (steps: readonly Step[]): UserCommand[] => {
    let now = 0;
    return steps.map((one, index) => {
      now += one.wait;
      return commandOf(one, afterStart(now), index);
    });
  };
  const commandOf = ({ kind, pick }: Step, at: string, index: number): UserCommand => {
    const proof = pick === 5 ? { recoveryCodeSha256: 'c1' } : { step: pick };
    switch (kind) {
      case 'RegisterUser':
        return { type: kind, email: 'ana@example.com' };
      case 'SetPassword':
        return { type: kind, passwordHash: `hash${pick}`, ...(pick > 2 ? { keepSession: `s${pick}` } : {}) };
      case 'OfferPasswordReset':
        return { type: kind, tokenSha256: `t${pick}`, expiresAt: later(at, HOUR) };
      case 'ResetPassword':
        return { type: kind, tokenSha256: `t${pick}`, at, passwordHash: 'hash' };
      case 'PrepareTwoStep':
        return { type: kind, secret: `SEED${pick}` };
      case 'SwitchTwoStepOn':
        return { type: kind, proof: pick === 5 ? 'command-line' : { step: pick }, recoveryCodes: CODES };
      case 'SwitchTwoStepOff':
        return { type: kind, proof: pick === 4 ? 'command-line' : proof };
      case 'RenewRecoveryCodes':
        return { type: kind, proof, recoveryCodes: CODES };
      case 'FailLogIn':
        return { type: kind, at, reason: pick > 2 ? 'code' : 'password' };
      case 'StartSession':
        return { type: kind, sessionSha256: `s${index}`, at, ...(pick === 0 ? {} : { proof }) };
      case 'RenewSession':
        return { type: kind, from: `s${pick}`, to: `s${index}`, at };
      case 'EndSession':
        return { type: kind, sessionSha256: `s${pick}`, reason: 'log-out' };
      case 'EndOtherSessions':
        return { type: kind, reason: 'revoked' };
    }
  };
  const untimed = (one: Step): UserCommand => commandOf(one, afterStart(one.wait), one.pick);
  describeDeciderLaws(user, step, untimed);

  const registeredSteps = fc
    .array(step, { maxLength: 80 })
    .map((steps): Step[] => [{ wait: 0, pick: 0, kind: 'RegisterUser' }, ...steps]);

  it('takes no code twice for one seed, and no recovery code twice for one set of them', () => {
    fc.assert(
      fc.property(registeredSteps, (steps) => {
        const { events } = play(user, timed(steps), (command) => command);
        let last = -1;
        let unused = new Set<string>();
        for (const { type, data } of events) {
          if (type === 'UserTwoStepPrepared') last = -1;
          if (type === 'UserRecoveryCodeUsed') expect(unused.delete(data.sha256)).to.equal(true);
          if ('recoveryCodes' in data) unused = new Set(data.recoveryCodes);
          if ('step' in data && data.step !== undefined) {
            expect(data.step).to.be.greaterThan(last);
            last = data.step;
          }
        }
      }),
    );
  });

  it('never starts a session with two-step on and no proof, nor more than five failures in 15 minutes', () => {
    fc.assert(
      fc.property(registeredSteps, (steps) => {
        let state: UserState = user.initialState;
        let failures: number[] = [];
        let recoveryCodeUsed = false;
        for (const event of play(user, timed(steps), (command) => command).events) {
          if (event.type === 'UserSessionStarted') {
            if (state.twoStep === 'on') expect(event.data.step !== undefined || recoveryCodeUsed).to.equal(true);
            failures = [];
          }
          if (event.type === 'UserPasswordSet') failures = [];
          if (event.type === 'UserLogInFailed') {
            const at = Date.parse(event.data.at);
            failures = [...failures.filter((failure) => at - failure < 15 * MINUTE), at];
            expect(failures.length).to.be.at.most(5);
          }
          recoveryCodeUsed = event.type === 'UserRecoveryCodeUsed';
          state = user.evolve(state, event);
          expect(state.sessions.length).to.be.at.most(MAX_SESSIONS);
          expect(state.failures.length).to.be.at.most(5);
        }
      }),
    );
  });
});
