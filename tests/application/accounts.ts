import { join } from 'node:path';
import { expect } from 'chai';
import { Secret, TOTP } from 'otpauth';
import { AggregateStore } from '../../src/application/aggregate-store.js';
import type { CommandContext } from '../../src/application/command-context.js';
import { ApiKeyCommands } from '../../src/application/commands/api-keys.js';
import { LogIn } from '../../src/application/commands/log-in.js';
import { MemberCommands } from '../../src/application/commands/members.js';
import { TwoStepCommands } from '../../src/application/commands/two-step.js';
import { userContext } from '../../src/application/commands/user-context.js';
import type { PasswordHasher } from '../../src/application/ports/password-hasher.js';
import { userIdOf } from '../../src/domain/account/email.js';
import type { Role } from '../../src/domain/account/role.js';
import { RuleViolation } from '../../src/domain/kernel/rule-violation.js';
import { SqliteEventStore } from '../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { TotpCodes } from '../../src/infrastructure/security/totp-codes.js';
import { RandomIds } from '../../src/infrastructure/system/random-ids.js';
import { rejection } from '../contract/rejection.js';
import { ManualClock } from '../support/manual-clock.js';
import { temporaryFolder } from '../support/temporary-folder.js';

export const PASSWORD = 'correct horse battery';
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** Costs nothing, and tells what it was asked. */
export class CheapHasher implements PasswordHasher {
  readonly verified: string[] = [];
  /** Runs before each answer, for what happens while a password is checked. */
  meanwhile = async (): Promise<void> => {};

  async hash(password: string): Promise<string> {
    return `hash of ${password}`;
  }

  async verify(hash: string, password: string): Promise<boolean> {
    this.verified.push(hash);
    await this.meanwhile();
    return hash === `hash of ${password}`;
  }
}

export const SHELL: CommandContext = {
  actor: { kind: 'cli', id: 'root', name: 'root' },
  correlationId: 'shell',
  causationId: 'shell',
};

/** Accounts on a real event store, at a time that stands still. */
export function openAccounts() {
  const folder = temporaryFolder();
  const eventStore = SqliteEventStore.open(join(folder.path, 'events.db'));
  const clock = new ManualClock('2026-01-01T00:00:00.000Z');
  const ids = new RandomIds();
  const hasher = new CheapHasher();
  const codes = new TotpCodes();
  const aggregates = new AggregateStore(eventStore, clock, ids);
  const members = new MemberCommands(aggregates, hasher, clock);
  const twoStep = new TwoStepCommands(aggregates, hasher, codes);
  return {
    aggregates,
    eventStore,
    clock,
    hasher,
    members,
    twoStep,
    logIn: new LogIn(aggregates, hasher, codes, clock),
    apiKeys: new ApiKeyCommands(aggregates, ids, clock),

    /** A member `name`@example.com with PASSWORD. @returns their id */
    async member(name: string, role: Role): Promise<string> {
      const { result } = await members.createUser({ email: emailOf(name), role, password: PASSWORD }, SHELL);
      return result.userId;
    },

    /** Switches two-step on. @returns what makes codes */
    async withTwoStep(name: string): Promise<{ code: () => string; recoveryCodes: readonly string[] }> {
      const { result } = await twoStep.switchOnFromShell(idOf(name), SHELL);
      const secret = new URL(result.url).searchParams.get('secret') as string;
      return { code: () => codeAt(secret, clock.now()), recoveryCodes: result.recoveryCodes };
    },

    async types(stream: string): Promise<readonly string[]> {
      return (await eventStore.readStream(stream)).map(({ type }) => type);
    },

    async close(): Promise<void> {
      await eventStore.close();
      folder.remove();
    },
  };
}

export type OpenAccounts = ReturnType<typeof openAccounts>;

export const emailOf = (name: string): string => `${name}@example.com`;
export const idOf = (name: string): string => userIdOf(emailOf(name));
/** The member of that name acts. */
export const as = (name: string): CommandContext => userContext(idOf(name), emailOf(name), 'request');

export const codeAt = (secret: string, timestamp: number): string =>
  TOTP.generate({ secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: 30, timestamp });

/** The rule that the promise is refused by; fails where it isn't. */
export async function refused(promise: Promise<unknown>, rule: string): Promise<RuleViolation> {
  const error = await rejection(promise, RuleViolation);
  expect(error.rule).to.equal(rule);
  return error;
}
