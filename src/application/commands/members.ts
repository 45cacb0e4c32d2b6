import {
  ACCOUNT_STREAM,
  account,
  hasMembers,
  memberOf,
  openInvitation,
  requireAuthorityOver,
} from '../../domain/account/account.js';
import { checkedEmail, userIdOf } from '../../domain/account/email.js';
import { checkPassword } from '../../domain/account/password.js';
import type { Role } from '../../domain/account/role.js';
import { later } from '../../domain/account/session.js';
import { requireNotThrottled, requireOpenReset, user, userStream } from '../../domain/account/user.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import type { AggregateStore, Recorded } from '../aggregate-store.js';
import type { CommandContext } from '../command-context.js';
import type { Clock } from '../ports/clock.js';
import type { PasswordHasher } from '../ports/password-hasher.js';
import { actingMember } from './acting-member.js';
import { newToken, readToken } from './one-time-token.js';
import { userContext } from './user-context.js';
import { wrongPassword } from './wrong-password.js';

const DAY_MS = 86_400_000;
const INVITATION_MS = 7 * DAY_MS;
const PASSWORD_LINK_MS = DAY_MS;

/** Who belongs to the installation, and how they get in. Tokens are in the answers and nowhere else. */
export class MemberCommands {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly passwords: PasswordHasher,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes a member at once, without an invitation.
   * @returns without a password: the token by which the user sets one
   * @throws RuleViolation email_invalid, password_too_weak, member_exists, role_insufficient
   */
  async createUser(
    given: { email: string; role: Role; password?: string },
    context: CommandContext,
  ): Promise<Recorded<{ userId: string; token?: string }>> {
    const email = checkedEmail(given.email);
    const userId = userIdOf(email);
    const by = actingMember(context.actor);
    const link = newToken(userId);
    const passwordHash = given.password === undefined ? undefined : await this.hashed(given.password, email);
    return this.aggregates.transact(context, async (work) => {
      const stream = userStream(userId);
      await work.decide(account, ACCOUNT_STREAM, { type: 'AddMember', by, userId, email, role: given.role });
      await work.decide(user, stream, { type: 'RegisterUser', email });
      if (passwordHash !== undefined) await work.decide(user, stream, { type: 'SetPassword', passwordHash });
      else {
        const expiresAt = later(work.time, PASSWORD_LINK_MS);
        await work.decide(user, stream, { type: 'OfferPasswordReset', tokenSha256: link.sha256, expiresAt });
      }
      work.writeLast(ACCOUNT_STREAM);
      return passwordHash === undefined ? { userId, token: link.token } : { userId };
    });
  }

  /** Whether the installation has members; until then {@link setUpOwner} makes the first one. */
  async isSetUp(): Promise<boolean> {
    return hasMembers(await this.aggregates.load(account, ACCOUNT_STREAM));
  }

  /**
   * Makes the installation's first member, an owner; of several at one moment one comes about. Whoever calls this has checked
   * the set-up token.
   * @throws RuleViolation email_invalid, password_too_weak, set_up_already
   */
  async setUpOwner(givenEmail: string, password: string, requestId: string): Promise<Recorded<{ userId: string }>> {
    const email = checkedEmail(givenEmail);
    const userId = userIdOf(email);
    const passwordHash = await this.hashed(password, email);
    return this.aggregates.transact(userContext(userId, email, requestId), async (work) => {
      await work.decide(account, ACCOUNT_STREAM, { type: 'AddFirstOwner', userId, email });
      await work.decide(user, userStream(userId), { type: 'RegisterUser', email });
      await work.decide(user, userStream(userId), { type: 'SetPassword', passwordHash });
      work.writeLast(ACCOUNT_STREAM);
      return { userId };
    });
  }

  /** Invites somebody; a former invitation of theirs works no more. @throws RuleViolation email_invalid, member_exists, role_insufficient */
  async invite(
    givenEmail: string,
    role: Role,
    context: CommandContext,
  ): Promise<Recorded<{ userId: string; token: string; expiresAt: string }>> {
    const email = checkedEmail(givenEmail);
    const userId = userIdOf(email);
    const by = actingMember(context.actor);
    const { token, sha256: tokenSha256 } = newToken(userId);
    return this.aggregates.transact(context, async (work) => {
      const expiresAt = later(work.time, INVITATION_MS);
      const command = { type: 'InviteMember', by, userId, email, role, tokenSha256, expiresAt } as const;
      await work.decide(account, ACCOUNT_STREAM, command);
      return { userId, token, expiresAt };
    });
  }

  /** Whom a link invites, for the page that asks for a password. @throws RuleViolation invitation_unknown, invitation_expired */
  async invitationOf(token: string): Promise<{ userId: string; email: string; role: Role }> {
    const { userId, sha256 } = readToken(token) ?? NO_TOKEN;
    const { email, role } = openInvitation(
      await this.aggregates.load(account, ACCOUNT_STREAM),
      userId,
      sha256,
      this.now,
    );
    return { userId, email, role };
  }

  /** The invited user joins, with the password given. @throws RuleViolation invitation_unknown, invitation_expired, password_too_weak */
  async acceptInvitation(
    token: string,
    password: string,
    requestId: string,
  ): Promise<Recorded<{ userId: string; email: string }>> {
    const { userId, email } = await this.invitationOf(token);
    const { sha256: tokenSha256 } = readToken(token) ?? NO_TOKEN;
    const passwordHash = await this.hashed(password, email);
    return this.aggregates.transact(userContext(userId, email, requestId), async (work) => {
      const at = work.time;
      await work.decide(account, ACCOUNT_STREAM, { type: 'AcceptInvitation', userId, tokenSha256, at });
      await work.decide(user, userStream(userId), { type: 'RegisterUser', email });
      await work.decide(user, userStream(userId), { type: 'SetPassword', passwordHash });
      work.writeLast(ACCOUNT_STREAM);
      return { userId, email };
    });
  }

  /** @throws RuleViolation member_unknown, role_insufficient, own_role, last_owner */
  async changeRole(userId: string, role: Role, context: CommandContext): Promise<Recorded<void>> {
    const by = actingMember(context.actor);
    return this.aggregates.transact(context, async (work) => {
      await work.decide(account, ACCOUNT_STREAM, { type: 'ChangeMemberRole', by, userId, role });
    });
  }

  /** Removes the member and ends their sessions. @throws RuleViolation member_unknown, role_insufficient, last_owner */
  async remove(userId: string, context: CommandContext): Promise<Recorded<void>> {
    const by = actingMember(context.actor);
    return this.aggregates.transact(context, async (work) => {
      await work.decide(account, ACCOUNT_STREAM, { type: 'RemoveMember', by, userId });
      await work.decide(user, userStream(userId), { type: 'EndOtherSessions', reason: 'removed' });
      work.writeLast(ACCOUNT_STREAM);
    });
  }

  /** @throws RuleViolation role_insufficient */
  async withdrawInvitation(userId: string, context: CommandContext): Promise<Recorded<void>> {
    const by = actingMember(context.actor);
    return this.aggregates.transact(context, async (work) => {
      await work.decide(account, ACCOUNT_STREAM, { type: 'WithdrawInvitation', by, userId });
    });
  }

  /** Makes a link by which the member sets a new password. @throws RuleViolation member_unknown, role_insufficient */
  async offerPasswordReset(
    userId: string,
    context: CommandContext,
  ): Promise<Recorded<{ token: string; expiresAt: string }>> {
    const by = actingMember(context.actor);
    const { token, sha256: tokenSha256 } = newToken(userId);
    return this.aggregates.transact(context, async (work) => {
      // Whoever can set a member's password can become them.
      requireAuthorityOver(await work.load(account, ACCOUNT_STREAM), by, userId);
      const expiresAt = later(work.time, PASSWORD_LINK_MS);
      await work.decide(user, userStream(userId), { type: 'OfferPasswordReset', tokenSha256, expiresAt });
      return { token, expiresAt };
    });
  }

  /** Whose password a link sets, for the page that asks for one. @throws RuleViolation password_link_unknown, password_link_expired */
  async passwordResetOf(token: string): Promise<{ userId: string; email: string }> {
    const { userId, sha256 } = readToken(token) ?? NO_TOKEN;
    const state = await this.aggregates.load(user, userStream(userId));
    requireOpenReset(state, sha256, this.now);
    return { userId, email: state.email as string };
  }

  /** Sets the password and ends all sessions. @throws RuleViolation password_link_unknown, password_link_expired, password_too_weak */
  async resetPassword(
    token: string,
    password: string,
    requestId: string,
  ): Promise<Recorded<{ userId: string; email: string }>> {
    const { userId, email } = await this.passwordResetOf(token);
    const { sha256: tokenSha256 } = readToken(token) ?? NO_TOKEN;
    const passwordHash = await this.hashed(password, email);
    return this.aggregates.transact(userContext(userId, email, requestId), async (work) => {
      if (memberOf(await work.load(account, ACCOUNT_STREAM), userId) === undefined) {
        throw new RuleViolation('member_unknown', `${email} is no member any more; ask for an invitation.`);
      }
      const command = { type: 'ResetPassword', tokenSha256, at: work.time, passwordHash } as const;
      await work.decide(user, userStream(userId), command);
      return { userId, email };
    });
  }

  /**
   * Changes the user's own password and ends every session but `keepSession`. Wrong guesses count as failed log-ins.
   * @throws RuleViolation user_unknown, password_wrong, password_too_weak (at /newPassword), log_in_throttled
   */
  async changePassword(
    userId: string,
    password: string,
    newPassword: string,
    context: CommandContext,
    keepSession?: string,
  ): Promise<Recorded<void>> {
    const stream = userStream(userId);
    const { email, passwordHash: present } = await this.aggregates.load(user, stream);
    if (email === undefined) throw new RuleViolation('user_unknown', 'There is no such user.');
    const right = present !== undefined && (await this.passwords.verify(present, password));
    const passwordHash = right ? await this.hashed(newPassword, email, '/newPassword') : '';
    const { result: changed, position } = await this.aggregates.transact(context, async (work) => {
      const state = await work.load(user, stream);
      requireNotThrottled(state, work.time);
      if (!right || state.passwordHash !== present) {
        await work.decide(user, stream, { type: 'FailLogIn', at: work.time, reason: 'password' });
        return false;
      }
      const kept = keepSession === undefined ? {} : { keepSession };
      await work.decide(user, stream, { type: 'SetPassword', passwordHash, ...kept });
      return true;
    });
    if (!changed) throw wrongPassword();
    return { result: undefined, position };
  }

  private async hashed(password: string, email: string, pointer = '/password'): Promise<string> {
    checkPassword(password, email, pointer);
    return this.passwords.hash(password);
  }

  private get now(): string {
    return new Date(this.clock.now()).toISOString();
  }
}

/** Stands for whatever is no token: nobody has it. */
const NO_TOKEN = { userId: '', sha256: '' };
