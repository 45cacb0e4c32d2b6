import {
  type LogInFailure,
  requireNotThrottled,
  type SecondStep,
  type UserState,
  user,
  userStream,
} from '../../domain/account/user.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import type { AggregateStore, Recorded, UnitOfWork } from '../aggregate-store.js';
import type { CommandContext } from '../command-context.js';
import type { OneTimeCodes } from '../ports/one-time-codes.js';
import type { PasswordHasher } from '../ports/password-hasher.js';
import { newRecoveryCodes } from './recovery-codes.js';
import { secondStepOf } from './second-step.js';
import { wrongPassword } from './wrong-password.js';

/** What authenticator apps show beside the address. */
const ISSUER = 'hookledger';

const wrongCode = (): RuleViolation =>
  new RuleViolation('code_wrong', 'The code is wrong or was used already; give the one that is shown next.', '/code');

/** How far a user is. */
export type TwoStepState =
  | { state: 'off' }
  /** Prepared: the seed waits for a code that proves that it got there. */
  | { state: 'pending'; secret: string; url: string }
  | { state: 'on'; recoveryCodesLeft: number };

/** A user's two-step authentication: one-time codes (RFC 6238) beside the password. Recovery codes are in the answers and nowhere else. */
export class TwoStepCommands {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly passwords: PasswordHasher,
    private readonly codes: OneTimeCodes,
  ) {}

  /** For the user's own eyes alone: a prepared seed is in it. @throws RuleViolation user_unknown */
  async stateOf(userId: string): Promise<TwoStepState> {
    const { email, twoStep, secret, recoveryCodes } = await this.aggregates.load(user, userStream(userId));
    if (email === undefined) throw new RuleViolation('user_unknown', 'There is no such user.');
    if (twoStep === 'on') return { state: 'on', recoveryCodesLeft: recoveryCodes.length };
    if (twoStep === 'off' || secret === undefined) return { state: 'off' };
    return { state: 'pending', secret, url: this.codes.url(secret, email, ISSUER) };
  }

  /** Makes a seed for the user's authenticator app; {@link switchOn} proves that it got there. @throws RuleViolation user_unknown, two_step_on */
  async prepare(userId: string, context: CommandContext): Promise<Recorded<{ secret: string; url: string }>> {
    const secret = this.codes.newSecret();
    return this.aggregates.transact(context, async (work) => {
      const { email } = await work.decide(user, userStream(userId), { type: 'PrepareTwoStep', secret });
      return { secret, url: this.codes.url(secret, email as string, ISSUER) };
    });
  }

  /**
   * Switches it on, and ends every session but `keepSession`.
   * @throws RuleViolation user_unknown, two_step_on, two_step_not_prepared, code_wrong
   */
  async switchOn(
    userId: string,
    code: string,
    context: CommandContext,
    keepSession?: string,
  ): Promise<Recorded<{ recoveryCodes: readonly string[] }>> {
    const { codes, hashes } = newRecoveryCodes();
    return this.aggregates.transact(context, async (work) => {
      const state = await work.load(user, userStream(userId));
      // The seed was shown to whoever types the code, so there is nothing to guess and nothing to count.
      const proof = secondStepOf(this.codes, state, code, Date.parse(work.time));
      if (state.twoStep === 'pending' && (proof === undefined || !('step' in proof))) throw wrongCode();
      await work.decide(user, userStream(userId), {
        type: 'SwitchTwoStepOn',
        proof: proof !== undefined && 'step' in proof ? proof : { step: -1 },
        recoveryCodes: hashes,
        ...kept(keepSession),
      });
      return { recoveryCodes: codes };
    });
  }

  /**
   * Switches it off, and ends every session but `keepSession`. Wrong guesses count as failed log-ins.
   * @throws RuleViolation user_unknown, two_step_off, password_wrong, code_wrong, log_in_throttled
   */
  async switchOff(
    userId: string,
    password: string,
    code: string,
    context: CommandContext,
    keepSession?: string,
  ): Promise<Recorded<void>> {
    const { passwordHash } = await this.aggregates.load(user, userStream(userId));
    const right = passwordHash !== undefined && (await this.passwords.verify(passwordHash, password));
    return this.guarded(userId, context, code, async (work, state, proof) => {
      if (!right || state.passwordHash !== passwordHash) return 'password';
      if (proof === undefined) return 'code';
      await work.decide(user, userStream(userId), { type: 'SwitchTwoStepOff', proof, ...kept(keepSession) });
      return undefined;
    });
  }

  /** Replaces the recovery codes. Wrong guesses count as failed log-ins. @throws RuleViolation user_unknown, two_step_off, code_wrong, log_in_throttled */
  async renewRecoveryCodes(
    userId: string,
    code: string,
    context: CommandContext,
  ): Promise<Recorded<{ recoveryCodes: readonly string[] }>> {
    const { codes, hashes } = newRecoveryCodes();
    const { position } = await this.guarded(userId, context, code, async (work, _state, proof) => {
      if (proof === undefined) return 'code';
      await work.decide(user, userStream(userId), { type: 'RenewRecoveryCodes', proof, recoveryCodes: hashes });
      return undefined;
    });
    return { result: { recoveryCodes: codes }, position };
  }

  /** Switches it on at once, with a new seed, for whoever has a shell on the machine; also where it was on. @throws RuleViolation user_unknown */
  async switchOnFromShell(
    userId: string,
    context: CommandContext,
  ): Promise<Recorded<{ url: string; recoveryCodes: readonly string[] }>> {
    const stream = userStream(userId);
    const secret = this.codes.newSecret();
    const { codes, hashes } = newRecoveryCodes();
    return this.aggregates.transact(context, async (work) => {
      if ((await work.load(user, stream)).twoStep === 'on') {
        await work.decide(user, stream, { type: 'SwitchTwoStepOff', proof: 'command-line' });
      }
      await work.decide(user, stream, { type: 'PrepareTwoStep', secret });
      const { email } = await work.decide(user, stream, {
        type: 'SwitchTwoStepOn',
        proof: 'command-line',
        recoveryCodes: hashes,
      });
      return { url: this.codes.url(secret, email as string, ISSUER), recoveryCodes: codes };
    });
  }

  /** Runs `act`; where it answers that something was wrong, records the failure and refuses. */
  private async guarded(
    userId: string,
    context: CommandContext,
    code: string,
    act: (work: UnitOfWork, state: UserState, proof: SecondStep | undefined) => Promise<LogInFailure | undefined>,
  ): Promise<Recorded<void>> {
    const { result: wrong, position } = await this.aggregates.transact(context, async (work) => {
      const state = await work.load(user, userStream(userId));
      if (state.email === undefined) throw new RuleViolation('user_unknown', 'There is no such user.');
      if (state.twoStep !== 'on') throw new RuleViolation('two_step_off', 'Two-step authentication is not on.');
      requireNotThrottled(state, work.time);
      const reason = await act(work, state, secondStepOf(this.codes, state, code, Date.parse(work.time)));
      if (reason !== undefined)
        await work.decide(user, userStream(userId), { type: 'FailLogIn', at: work.time, reason });
      return reason;
    });
    if (wrong === 'password') throw wrongPassword();
    if (wrong === 'code') throw wrongCode();
    return { result: undefined, position };
  }
}

const kept = (keepSession: string | undefined): { keepSession?: string } =>
  keepSession === undefined ? {} : { keepSession };
