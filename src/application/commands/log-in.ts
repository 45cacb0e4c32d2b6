import { randomBytes } from 'node:crypto';
import { ACCOUNT_STREAM, account, memberOf } from '../../domain/account/account.js';
import { normalEmail, userIdOf } from '../../domain/account/email.js';
import type { Role } from '../../domain/account/role.js';
import { findSession, isDueForRenewal, isOver, type Session } from '../../domain/account/session.js';
import {
  type LogInFailure,
  LogInThrottled,
  requireNotThrottled,
  type SecondStep,
  user,
  userStream,
} from '../../domain/account/user.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import type { AggregateStore, Recorded } from '../aggregate-store.js';
import { type CommandContext, engineActor } from '../command-context.js';
import type { Clock } from '../ports/clock.js';
import type { OneTimeCodes } from '../ports/one-time-codes.js';
import type { PasswordHasher } from '../ports/password-hasher.js';
import { AttemptLimit } from './attempt-limit.js';
import { newToken, readToken } from './one-time-token.js';
import { secondStepOf } from './second-step.js';
import { userContext } from './user-context.js';

export interface LoggedIn {
  token: string;
  userId: string;
  role: Role;
  /** When the session ends however much it is used; ISO 8601, UTC. */
  expiresAt: string;
}

/** Whose request it is. */
export interface Authenticated {
  userId: string;
  email: string;
  role: Role;
  twoStep: boolean;
  sessionSha256: string;
  /** The token to use from now on, where the one given is old. */
  renewed?: string;
}

const WINDOW_MS = 15 * 60_000;
const FAILURES_OF_AN_ADDRESS = 20;
/** As many as a user has, so that the throttle doesn't tell who is one. */
const FAILURES_OF_A_STRANGER = 5;

/** The same for whatever was wrong about address and password. */
const logInFailed = (reason: LogInFailure): RuleViolation =>
  reason === 'password'
    ? new RuleViolation('log_in_failed', 'The e-mail address or the password is wrong.')
    : new RuleViolation('log_in_failed', 'The code is wrong or was used already; give the next one.', '/code');

/** Sessions of users: how they begin, are known again, and end. */
export class LogIn {
  readonly #addresses = new AttemptLimit(FAILURES_OF_AN_ADDRESS, WINDOW_MS);
  readonly #strangers = new AttemptLimit(FAILURES_OF_A_STRANGER, WINDOW_MS);
  #dummyHash: Promise<string> | undefined;

  constructor(
    private readonly aggregates: AggregateStore,
    private readonly passwords: PasswordHasher,
    private readonly codes: OneTimeCodes,
    private readonly clock: Clock,
  ) {}

  /**
   * Starts a session. `code` is one of an authenticator app, or a recovery code.
   * @throws RuleViolation log_in_failed, code_required (the password was right), log_in_throttled
   */
  async logIn(
    given: { email: string; password: string; code?: string; address: string },
    requestId: string,
  ): Promise<Recorded<LoggedIn>> {
    const now = this.clock.now();
    const until = this.#addresses.take(given.address, now);
    if (until !== undefined) throw new LogInThrottled(new Date(until).toISOString());
    try {
      const started = await this.start(given, requestId);
      this.#addresses.giveBack(given.address, now);
      return started;
    } catch (error) {
      // Only a wrong guess counts.
      const isGuess = error instanceof RuleViolation && error.rule === 'log_in_failed';
      if (!isGuess) this.#addresses.giveBack(given.address, now);
      throw error;
    }
  }

  private async start(
    { email, password, code }: { email: string; password: string; code?: string },
    requestId: string,
  ): Promise<Recorded<LoggedIn>> {
    const userId = userIdOf(email);
    const expected = await this.passwordHashOf(userId);
    // Nobody's password takes as long to check as somebody's.
    this.#dummyHash ??= this.passwords.hash(randomBytes(32).toString('base64url'));
    const dummy = await this.#dummyHash;
    if (expected === undefined) {
      const until = this.#strangers.take(userId, this.clock.now());
      if (until !== undefined) throw new LogInThrottled(new Date(until).toISOString());
      await this.passwords.verify(dummy, password);
      throw logInFailed('password');
    }
    const right = await this.passwords.verify(expected, password);
    const { token, sha256 } = newToken(userId);
    const name = normalEmail(email);
    // Whoever doesn't know the password is not that user.
    const context = right
      ? userContext(userId, name, requestId)
      : { ...userContext(userId, name, requestId), actor: engineActor('log-in') };
    const { result, position } = await this.aggregates.transact(context, async (work) => {
      const member = memberOf(await work.load(account, ACCOUNT_STREAM), userId);
      const state = await work.load(user, userStream(userId));
      requireNotThrottled(state, work.time);
      const fail = async (reason: LogInFailure): Promise<LogInFailure> => {
        await work.decide(user, userStream(userId), { type: 'FailLogIn', at: work.time, reason });
        return reason;
      };
      // The hash, and the membership, may have changed while the password was checked.
      if (!right || state.passwordHash !== expected || member === undefined) return fail('password');
      let proof: SecondStep | undefined;
      if (state.twoStep === 'on' && code !== undefined && code.trim() !== '') {
        proof = secondStepOf(this.codes, state, code, Date.parse(work.time));
        if (proof === undefined) return fail('code');
      }
      const { sessions } = await work.decide(user, userStream(userId), {
        type: 'StartSession',
        sessionSha256: sha256,
        at: work.time,
        ...(proof === undefined ? {} : { proof }),
      });
      return { token, userId, role: member.role, expiresAt: (sessions.at(-1) as Session).expiresAt };
    });
    if (typeof result === 'string') throw logInFailed(result);
    return { result, position };
  }

  /** What the password is checked against; undefined where nobody can log in as that user. */
  private async passwordHashOf(userId: string): Promise<string | undefined> {
    const members = await this.aggregates.load(account, ACCOUNT_STREAM);
    const state = await this.aggregates.load(user, userStream(userId));
    if (memberOf(members, userId) === undefined || state.passwordHash === undefined) return undefined;
    requireNotThrottled(state, this.now);
    return state.passwordHash;
  }

  /** Whose session the token opens; undefined where it is over, unknown, or its user is no member any more. */
  async authenticate(token: string, requestId: string): Promise<Authenticated | undefined> {
    const read = readToken(token);
    if (read === undefined) return undefined;
    const { userId, sha256 } = read;
    const member = memberOf(await this.aggregates.load(account, ACCOUNT_STREAM), userId);
    const { sessions, twoStep } = await this.aggregates.load(user, userStream(userId));
    const session = findSession(sessions, sha256, this.now);
    if (member === undefined || session === undefined) return undefined;
    const { email, role } = member;
    const known = { userId, email, role, twoStep: twoStep === 'on' };
    if (session.sha256 !== sha256 || !isDueForRenewal(session, this.now)) {
      return { ...known, sessionSha256: session.sha256 };
    }
    return this.renew(known, sha256, requestId);
  }

  /** Exchanges the token, unless a request beside this one was quicker: then that one brings the new token. */
  private async renew(
    known: Omit<Authenticated, 'sessionSha256' | 'renewed'>,
    from: string,
    requestId: string,
  ): Promise<Authenticated | undefined> {
    const { userId, email } = known;
    const { token, sha256: to } = newToken(userId);
    try {
      const { result } = await this.aggregates.transact(userContext(userId, email, requestId), async (work) => {
        const renewal = { type: 'RenewSession', from, to, at: work.time } as const;
        const { sessions } = await work.decide(user, userStream(userId), renewal);
        return findSession(sessions, from, work.time);
      });
      if (result === undefined) return undefined;
      return { ...known, sessionSha256: result.sha256, ...(result.sha256 === to ? { renewed: token } : {}) };
    } catch (error) {
      if (error instanceof RuleViolation && error.rule === 'session_over') return undefined;
      throw error;
    }
  }

  /** Ends the token's session, if there is one. */
  async logOut(token: string, requestId: string): Promise<void> {
    const read = readToken(token);
    if (read === undefined) return;
    const { userId, sha256 } = read;
    const { sessions, email } = await this.aggregates.load(user, userStream(userId));
    const session = findSession(sessions, sha256, this.now);
    if (session === undefined || email === undefined) return;
    const command = { type: 'EndSession', sessionSha256: session.sha256, reason: 'log-out' } as const;
    await this.aggregates.execute(user, userStream(userId), command, userContext(userId, email, requestId));
  }

  /** The user's sessions that go on, oldest first. */
  async sessionsOf(userId: string): Promise<readonly Session[]> {
    const { sessions } = await this.aggregates.load(user, userStream(userId));
    return sessions.filter((session) => !isOver(session, this.now));
  }

  /** @throws RuleViolation user_unknown */
  async endSession(userId: string, sessionSha256: string, context: CommandContext): Promise<Recorded<void>> {
    return this.aggregates.transact(context, async (work) => {
      await work.decide(user, userStream(userId), { type: 'EndSession', sessionSha256, reason: 'revoked' });
    });
  }

  /** Ends all of the user's sessions but one. @throws RuleViolation user_unknown */
  async endOtherSessions(userId: string, keepSession: string, context: CommandContext): Promise<Recorded<void>> {
    return this.aggregates.transact(context, async (work) => {
      await work.decide(user, userStream(userId), { type: 'EndOtherSessions', keepSession, reason: 'revoked' });
    });
  }

  private get now(): string {
    return new Date(this.clock.now()).toISOString();
  }
}
