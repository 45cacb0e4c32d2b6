import type { AggregateStore } from '../../application/aggregate-store.js';
import type { CommandContext } from '../../application/command-context.js';
import { ApiKeyCommands } from '../../application/commands/api-keys.js';
import { MemberCommands } from '../../application/commands/members.js';
import { TwoStepCommands } from '../../application/commands/two-step.js';
import type { EventStore } from '../../application/ports/event-store.js';
import { Argon2PasswordHasher } from '../../infrastructure/security/argon2-password-hasher.js';
import { TotpCodes } from '../../infrastructure/security/totp-codes.js';
import { RandomIds } from '../../infrastructure/system/random-ids.js';
import { SystemClock } from '../../infrastructure/system/system-clock.js';
import type { Settings } from '../../settings.js';
import { commandLineContext } from './command-line-context.js';
import { type Unlocked, withExistingUnlocked, withUnlocked } from './with-event-store.js';

/** What the commands about users and API keys work with. */
export interface Accounts {
  aggregates: AggregateStore;
  eventStore: EventStore;
  apiKeys: ApiKeyCommands;
  members: MemberCommands;
  twoStep: TwoStepCommands;
  context: CommandContext;
  /** ISO 8601, UTC. */
  now: string;
}

/** Makes an event store where there is none: the first user and the first key come before everything else. */
export const withAccounts = <T>(settings: Settings, use: (accounts: Accounts) => Promise<T>): Promise<T> =>
  withUnlocked(settings, (unlocked) => use(accountsOf(unlocked)));

/** @throws WorkFailed where there is no event store yet */
export const withExistingAccounts = <T>(settings: Settings, use: (accounts: Accounts) => Promise<T>): Promise<T> =>
  withExistingUnlocked(settings, (unlocked) => use(accountsOf(unlocked)));

function accountsOf({ aggregates, eventStore }: Unlocked): Accounts {
  const [clock, ids, passwords] = [new SystemClock(), new RandomIds(), new Argon2PasswordHasher()];
  return {
    aggregates,
    eventStore,
    apiKeys: new ApiKeyCommands(aggregates, ids, clock),
    members: new MemberCommands(aggregates, passwords, clock),
    twoStep: new TwoStepCommands(aggregates, passwords, new TotpCodes()),
    context: commandLineContext(ids.next()),
    now: new Date(clock.now()).toISOString(),
  };
}
