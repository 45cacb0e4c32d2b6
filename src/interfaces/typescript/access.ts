import type { AggregateStore } from '../../application/aggregate-store.js';
import type { ApiKeyCommands, NewApiKey } from '../../application/commands/api-keys.js';
import type { MemberCommands } from '../../application/commands/members.js';
import type { Clock } from '../../application/ports/clock.js';
import { type ListedMember, readMembers } from '../../application/queries/members.js';
import type { Role as MemberRole } from '../../domain/account/role.js';
import type { AccessQueries, ListedKey } from '../../projections/access/access-queries.js';
import type { Page } from '../../projections/page.js';
import type { CommandOptions, Durable, RepeatableOptions } from './command-options.js';
import type { Contexts } from './contexts.js';
import { type Paging, pageRequest } from './paging.js';

/** Keys by which other programs use the HTTP API. */
export interface ApiKeys {
  /**
   * Issues a key, which is in the answer and nowhere else to be read.
   * @throws RuleViolation `api_key_name_missing`, `api_key_scopes_missing`, `api_key_expiry_past`, `member_unknown`,
   * `role_insufficient`, `scope_beyond_role`, `two_step_required`; `idempotency_key_used` for a repetition
   */
  issue(key: NewApiKey, options?: RepeatableOptions): Promise<Durable & { keyId: string; key: string }>;
  /** Revokes a key for good. @throws RuleViolation `api_key_unknown`, `role_insufficient` */
  revoke(keyId: string, options?: CommandOptions): Promise<Durable>;
  /** Newest first. @throws InvalidCursor */
  list(paging?: Paging): Promise<Page<ListedKey>>;
}

/** Who belongs to the installation, and may log in where the HTTP API is served. */
export interface Members {
  /**
   * Makes a member at once.
   * @returns without a password: the token of a link (`/password?token=…`) by which the user sets one, which is nowhere else to be read
   * @throws RuleViolation `email_invalid`, `password_too_weak`, `member_exists`, `role_insufficient`
   */
  create(
    member: { email: string; role: MemberRole; password?: string },
    options?: CommandOptions,
  ): Promise<Durable & { userId: string; token?: string }>;
  /** Gives a member another role. @throws RuleViolation `member_unknown`, `role_insufficient`, `own_role`, `last_owner` */
  changeRole(userId: string, role: MemberRole, options?: CommandOptions): Promise<Durable>;
  /** Removes a member and ends their sessions. @throws RuleViolation `member_unknown`, `role_insufficient`, `last_owner` */
  remove(userId: string, options?: CommandOptions): Promise<Durable>;
  /** All members, then all who are invited, by their e-mail addresses. */
  list(): Promise<readonly ListedMember[]>;
}

export const apiKeysOf = (
  commands: ApiKeyCommands,
  queries: AccessQueries,
  contexts: Contexts,
  clock: Clock,
): ApiKeys => ({
  async issue(key, options = {}) {
    const { result, position } = await commands.issue(key, await contexts.of(options, ['apiKeys.issue', key], true));
    return { ...result, position };
  },
  async revoke(keyId, options = {}) {
    const { position } = await commands.revoke(keyId, await contexts.of(options, ['apiKeys.revoke', keyId]));
    return { position };
  },
  list: (paging = {}) => queries.apiKeys(pageRequest(paging), new Date(clock.now()).toISOString()),
});

export const membersOf = (commands: MemberCommands, aggregates: AggregateStore, contexts: Contexts): Members => ({
  async create(member, options = {}) {
    const { result, position } = await commands.createUser(member, await contexts.of(options, ['members.create']));
    return { ...result, position };
  },
  async changeRole(userId, role, options = {}) {
    const context = await contexts.of(options, ['members.changeRole', userId, role]);
    const { position } = await commands.changeRole(userId, role, context);
    return { position };
  },
  async remove(userId, options = {}) {
    const { position } = await commands.remove(userId, await contexts.of(options, ['members.remove', userId]));
    return { position };
  },
  list: () => readMembers(aggregates),
});
