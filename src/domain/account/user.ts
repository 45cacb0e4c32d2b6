import type { Decider, DomainEvent } from '../kernel/decider.js';
import { RuleViolation } from '../kernel/rule-violation.js';
import { sameDigest } from '../kernel/same-digest.js';
import {
  ABSOLUTE_LIMIT_MS,
  findSession,
  isDueForRenewal,
  isOver,
  later,
  MAX_SESSIONS,
  OLD_TOKEN_GRACE_MS,
  type Session,
} from './session.js';

/** A person's password, two-step authentication and sessions. What they may do is the account's to say. */
export const userStream = (userId: string): string => `user-${userId}`;

// Events. Names and fields are the storage format.

/** `step`: the time step of the one-time code that led to the event. */
export type UserEvent =
  | DomainEvent<'UserRegistered', { email: string }>
  | DomainEvent<'UserPasswordSet', { passwordHash: string }>
  | DomainEvent<'UserPasswordResetOffered', { tokenSha256: string; expiresAt: string }>
  | DomainEvent<'UserTwoStepPrepared', { secret: string }>
  | DomainEvent<'UserTwoStepSwitchedOn', { recoveryCodes: readonly string[]; step?: number }>
  | DomainEvent<'UserTwoStepSwitchedOff', { step?: number }>
  | DomainEvent<'UserRecoveryCodeUsed', { sha256: string }>
  | DomainEvent<'UserRecoveryCodesRenewed', { recoveryCodes: readonly string[]; step?: number }>
  | DomainEvent<'UserLogInFailed', { at: string; reason: LogInFailure }>
  | DomainEvent<'UserSessionStarted', { sessionSha256: string; at: string; expiresAt: string; step?: number }>
  | DomainEvent<'UserSessionRenewed', { from: string; to: string; at: string }>
  | DomainEvent<'UserSessionEnded', { sessionSha256: string; reason: SessionEnd }>;

export type LogInFailure = 'password' | 'code';
export type SessionEnd = 'log-out' | 'revoked' | 'password' | 'two-step' | 'removed';

// State

export interface UserState {
  /** Undefined until registered. */
  email: string | undefined;
  passwordHash: string | undefined;
  /** The link by which a password may be set. */
  passwordReset: { tokenSha256: string; expiresAt: string } | undefined;
  twoStep: 'off' | 'pending' | 'on';
  /** The seed of the one-time codes, in base32; pending until a code proved that the user has it. */
  secret: string | undefined;
  /** The time step of the last code used: a code works once, and so does none before it. */
  lastStep: number;
  /** The hashes of those that were not used yet. */
  recoveryCodes: readonly string[];
  /** When log-ins failed since the last one that didn't, as far as it still matters. */
  failures: readonly string[];
  /** Oldest first. */
  sessions: readonly Session[];
}

const MAX_FAILURES = 5;
const FAILURE_WINDOW_MS = 15 * 60_000;

const initialState: UserState = {
  email: undefined,
  passwordHash: undefined,
  passwordReset: undefined,
  twoStep: 'off',
  secret: undefined,
  lastStep: -1,
  recoveryCodes: [],
  failures: [],
  sessions: [],
};

function evolve(state: UserState, event: UserEvent): UserState {
  switch (event.type) {
    case 'UserRegistered':
      return { ...state, email: event.data.email };
    case 'UserPasswordSet':
      // Whoever may set the password is no guesser, so what was guessed before doesn't count.
      return { ...state, passwordHash: event.data.passwordHash, passwordReset: undefined, failures: [] };
    case 'UserPasswordResetOffered':
      return { ...state, passwordReset: event.data };
    case 'UserTwoStepPrepared':
      return { ...state, twoStep: 'pending', secret: event.data.secret, lastStep: -1 };
    case 'UserTwoStepSwitchedOn':
      return { ...afterStep(state, event.data.step), twoStep: 'on', recoveryCodes: event.data.recoveryCodes };
    case 'UserTwoStepSwitchedOff':
      return { ...state, twoStep: 'off', secret: undefined, lastStep: -1, recoveryCodes: [] };
    case 'UserRecoveryCodeUsed':
      return { ...state, recoveryCodes: state.recoveryCodes.filter((code) => code !== event.data.sha256) };
    case 'UserRecoveryCodesRenewed':
      return { ...afterStep(state, event.data.step), recoveryCodes: event.data.recoveryCodes };
    case 'UserLogInFailed': {
      const { at } = event.data;
      const recent = state.failures.filter((failure) => Date.parse(at) - Date.parse(failure) < FAILURE_WINDOW_MS);
      return { ...state, failures: [...recent, at].slice(-MAX_FAILURES) };
    }
    case 'UserSessionStarted': {
      const { sessionSha256, at, expiresAt, step } = event.data;
      const sessions = [
        ...state.sessions.filter((session) => !isOver(session, at)),
        { sha256: sessionSha256, startedAt: at, renewedAt: at, expiresAt },
      ].slice(-MAX_SESSIONS);
      return { ...afterStep(state, step), failures: [], sessions };
    }
    case 'UserSessionRenewed': {
      const { from, to, at } = event.data;
      const previous = { sha256: from, goodUntil: later(at, OLD_TOKEN_GRACE_MS) };
      const sessions = state.sessions
        .filter((session) => !isOver(session, at))
        .map((session) => (session.sha256 === from ? { ...session, sha256: to, renewedAt: at, previous } : session));
      return { ...state, sessions };
    }
    case 'UserSessionEnded':
      return { ...state, sessions: state.sessions.filter(({ sha256 }) => sha256 !== event.data.sessionSha256) };
  }
}

const afterStep = (state: UserState, step = -1): UserState => ({ ...state, lastStep: Math.max(state.lastStep, step) });

/** From when on log-ins are looked at again; undefined where they are now. */
export function throttledUntil({ failures }: UserState, at: string): string | undefined {
  const [first] = failures;
  if (failures.length < MAX_FAILURES || first === undefined) return undefined;
  const until = later(first, FAILURE_WINDOW_MS);
  return Date.parse(at) < Date.parse(until) ? until : undefined;
}

/** @throws RuleViolation log_in_throttled */
export function requireNotThrottled(state: UserState, at: string): void {
  const until = throttledUntil(state, at);
  if (until !== undefined) throw new LogInThrottled(until);
}

/** Too many log-ins failed. */
export class LogInThrottled extends RuleViolation {
  constructor(
    /** When they are looked at again; ISO 8601, UTC. */
    readonly until: string,
  ) {
    super('log_in_throttled', `Too many log-ins failed; it works again from ${until} on.`);
  }
}

// Decisions

/** What shows that the user has the second step at hand; whoever has a shell on the machine needs nothing. */
export type SecondStep = { step: number } | { recoveryCodeSha256: string } | 'command-line';

export type UserCommand =
  | { type: 'RegisterUser'; email: string }
  | { type: 'SetPassword'; passwordHash: string; keepSession?: string }
  | { type: 'OfferPasswordReset'; tokenSha256: string; expiresAt: string }
  | { type: 'ResetPassword'; tokenSha256: string; at: string; passwordHash: string }
  | { type: 'PrepareTwoStep'; secret: string }
  | {
      type: 'SwitchTwoStepOn';
      proof: { step: number } | 'command-line';
      recoveryCodes: readonly string[];
      keepSession?: string;
    }
  | { type: 'SwitchTwoStepOff'; proof: SecondStep; keepSession?: string }
  | { type: 'RenewRecoveryCodes'; proof: SecondStep; recoveryCodes: readonly string[] }
  | { type: 'FailLogIn'; at: string; reason: LogInFailure }
  | { type: 'StartSession'; sessionSha256: string; at: string; proof?: SecondStep }
  | { type: 'RenewSession'; from: string; to: string; at: string }
  | { type: 'EndSession'; sessionSha256: string; reason: SessionEnd }
  | { type: 'EndOtherSessions'; keepSession?: string; reason: SessionEnd };

function decide(command: UserCommand, state: UserState): UserEvent[] {
  if (command.type === 'RegisterUser') {
    return state.email === undefined ? [{ type: 'UserRegistered', data: { email: command.email } }] : [];
  }
  if (state.email === undefined) throw new RuleViolation('user_unknown', 'There is no such user.');
  switch (command.type) {
    case 'SetPassword':
      return setPassword(state, command.passwordHash, command.keepSession);
    case 'OfferPasswordReset': {
      const { tokenSha256, expiresAt } = command;
      return [{ type: 'UserPasswordResetOffered', data: { tokenSha256, expiresAt } }];
    }
    case 'ResetPassword':
      requireOpenReset(state, command.tokenSha256, command.at);
      return setPassword(state, command.passwordHash);
    case 'PrepareTwoStep':
      if (state.twoStep === 'on') {
        throw new RuleViolation('two_step_on', 'Two-step authentication is on already; switch it off first.');
      }
      return [{ type: 'UserTwoStepPrepared', data: { secret: command.secret } }];
    case 'SwitchTwoStepOn': {
      const { proof, recoveryCodes, keepSession } = command;
      if (state.twoStep === 'on') throw new RuleViolation('two_step_on', 'Two-step authentication is on already.');
      if (state.twoStep === 'off') {
        throw new RuleViolation('two_step_not_prepared', 'Scan the QR code of two-step authentication first.');
      }
      return [
        ...useSecondStep(state, proof),
        { type: 'UserTwoStepSwitchedOn', data: { recoveryCodes, ...stepOf(proof) } },
        ...endOthers(state, keepSession, 'two-step'),
      ];
    }
    case 'SwitchTwoStepOff': {
      const { proof, keepSession } = command;
      requireTwoStepOn(state);
      return [
        ...useSecondStep(state, proof),
        { type: 'UserTwoStepSwitchedOff', data: stepOf(proof) },
        ...endOthers(state, keepSession, 'two-step'),
      ];
    }
    case 'RenewRecoveryCodes': {
      const { proof, recoveryCodes } = command;
      requireTwoStepOn(state);
      return [
        ...useSecondStep(state, proof),
        { type: 'UserRecoveryCodesRenewed', data: { recoveryCodes, ...stepOf(proof) } },
      ];
    }
    case 'FailLogIn': {
      const { at, reason } = command;
      requireNotThrottled(state, at);
      return [{ type: 'UserLogInFailed', data: { at, reason } }];
    }
    case 'StartSession':
      return startSession(state, command);
    case 'RenewSession': {
      const { from, to, at } = command;
      const session = findSession(state.sessions, from, at);
      if (session === undefined) throw new RuleViolation('session_over', 'The session is over; log in again.');
      // Renewed already by a request beside this one, or not old enough.
      if (session.sha256 !== from || !isDueForRenewal(session, at)) return [];
      return [{ type: 'UserSessionRenewed', data: { from, to, at } }];
    }
    case 'EndSession': {
      const { sessionSha256, reason } = command;
      // Whoever looked at the list of sessions may know it by a token that was exchanged since.
      const session = state.sessions.find(
        ({ sha256, previous }) => sha256 === sessionSha256 || previous?.sha256 === sessionSha256,
      );
      return session === undefined
        ? []
        : [{ type: 'UserSessionEnded', data: { sessionSha256: session.sha256, reason } }];
    }
    case 'EndOtherSessions':
      return endOthers(state, command.keepSession, command.reason);
  }
}

/** @throws RuleViolation password_link_unknown, password_link_expired */
export function requireOpenReset({ passwordReset }: UserState, tokenSha256: string, at: string): void {
  if (passwordReset === undefined || !sameDigest(passwordReset.tokenSha256, tokenSha256)) {
    throw new RuleViolation(
      'password_link_unknown',
      'This link was used or replaced by a newer one; ask for another one.',
    );
  }
  if (Date.parse(at) >= Date.parse(passwordReset.expiresAt)) {
    throw new RuleViolation(
      'password_link_expired',
      `This link expired at ${passwordReset.expiresAt}; ask for another one.`,
    );
  }
}

/** Whoever may know the old password is logged out. */
function setPassword(state: UserState, passwordHash: string, keepSession?: string): UserEvent[] {
  return [{ type: 'UserPasswordSet', data: { passwordHash } }, ...endOthers(state, keepSession, 'password')];
}

function endOthers({ sessions }: UserState, keepSession: string | undefined, reason: SessionEnd): UserEvent[] {
  return sessions
    .filter(({ sha256, previous }) => keepSession === undefined || ![sha256, previous?.sha256].includes(keepSession))
    .map(({ sha256 }) => ({ type: 'UserSessionEnded', data: { sessionSha256: sha256, reason } }));
}

function startSession(
  state: UserState,
  { sessionSha256, at, proof }: UserCommand & { type: 'StartSession' },
): UserEvent[] {
  requireNotThrottled(state, at);
  const started = { sessionSha256, at, expiresAt: later(at, ABSOLUTE_LIMIT_MS) };
  if (state.twoStep !== 'on') return [{ type: 'UserSessionStarted', data: started }];
  if (proof === undefined) {
    throw new RuleViolation('code_required', 'Give the code of two-step authentication too.', '/code');
  }
  return [...useSecondStep(state, proof), { type: 'UserSessionStarted', data: { ...started, ...stepOf(proof) } }];
}

function requireTwoStepOn({ twoStep }: UserState): void {
  if (twoStep !== 'on') throw new RuleViolation('two_step_off', 'Two-step authentication is not on.');
}

const stepOf = (proof: SecondStep): { step?: number } =>
  typeof proof === 'object' && 'step' in proof ? { step: proof.step } : {};

/** A one-time code works once (RFC 6238, section 5.2), and so does a recovery code. */
function useSecondStep(state: UserState, proof: SecondStep): UserEvent[] {
  if (proof === 'command-line') return [];
  if ('step' in proof) {
    if (proof.step > state.lastStep) return [];
    throw new RuleViolation('code_used', 'This code was used already; wait for the next one.', '/code');
  }
  const { recoveryCodeSha256: sha256 } = proof;
  if (!state.recoveryCodes.some((code) => sameDigest(code, sha256))) {
    throw new RuleViolation('code_used', 'This recovery code is wrong or was used already.', '/code');
  }
  return [{ type: 'UserRecoveryCodeUsed', data: { sha256 } }];
}

export const user: Decider<UserCommand, UserEvent, UserState> = { initialState, evolve, decide };
