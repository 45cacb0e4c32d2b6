import { ACCOUNT_STREAM, account, memberOf } from '../../domain/account/account.js';
import { apiKey, apiKeyStream, isUsable } from '../../domain/account/api-key.js';
import { mayWriteActions, type Role } from '../../domain/account/role.js';
import { user, userStream } from '../../domain/account/user.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import type { UnitOfWork } from '../aggregate-store.js';
import { type Actor, ConcurrencyConflict } from '../ports/event-store.js';

/** Two-step authentication is off for whoever wants to write a webhook action: they are to switch it on and go on then. */
export class TwoStepRequired extends RuleViolation {
  constructor(readonly email: string) {
    super(
      'two_step_required',
      `Adding or editing a webhook action takes two-step authentication, which is off for ${email}; switch it on (their own settings, or: hookledger user two-step --email ${email}), then continue.`,
    );
  }
}

/** Whether two-step authentication is on could not be found out. */
export class TwoStepUnverifiable extends RuleViolation {
  constructor(reason: string) {
    super(
      'two_step_unverifiable',
      `Whether two-step authentication is on could not be checked, so nothing was saved: ${reason}.`,
    );
  }
}

/**
 * Adding or editing a webhook action takes the role Manager, Admin or Owner, and two-step authentication switched on for that
 * very user. Source: Klaviyo, "How to add a webhook action to a flow". An API key stands for its issuer; one without was made
 * by the machine's operator, who may do everything, and so may the command line and the program that hookledger is embedded in.
 *
 * What it reads belongs to the unit of work, so that the append proves it.
 * @throws TwoStepRequired, TwoStepUnverifiable, RuleViolation role_insufficient, api_key_inactive
 */
export async function requireActionAuthor(work: Pick<UnitOfWork, 'load' | 'time'>, actor: Actor): Promise<void> {
  switch (actor.kind) {
    case 'cli':
    case 'program':
    case 'engine':
      return;
    case 'user':
      return requireAuthor(work, actor.id);
    case 'api-key': {
      const key = await readable(() => work.load(apiKey, apiKeyStream(actor.id)));
      if (key.status === 'none') throw new TwoStepUnverifiable(`there is no API key with the id '${actor.id}'`);
      if (!isUsable(key, work.time)) {
        throw new RuleViolation(
          'api_key_inactive',
          `The API key '${key.name}' was revoked or has expired; use another one.`,
        );
      }
      if (key.issuerId !== undefined) await requireAuthor(work, key.issuerId);
    }
  }
}

async function requireAuthor(work: Pick<UnitOfWork, 'load'>, userId: string): Promise<void> {
  const [members, { email, twoStep }] = await readable(async () => [
    await work.load(account, ACCOUNT_STREAM),
    await work.load(user, userStream(userId)),
  ]);
  if (email === undefined) throw new TwoStepUnverifiable(`there is no user with the id '${userId}'`);
  const refusal = authorRefusal({ email, role: memberOf(members, userId)?.role, twoStep: twoStep === 'on' });
  if (refusal !== undefined) throw refusal;
}

/** Why that user may not write webhook actions; undefined where they may. Without a role they are no member. */
export function authorRefusal(author: {
  email: string;
  role: Role | undefined;
  twoStep: boolean;
}): RuleViolation | undefined {
  const { email, role, twoStep } = author;
  if (role === undefined || !mayWriteActions(role)) {
    const is = role === undefined ? 'is no member any more' : `has the role ${role}`;
    return new RuleViolation(
      'role_insufficient',
      `Adding or editing a webhook action takes the role manager, admin or owner; ${email} ${is}.`,
    );
  }
  return twoStep ? undefined : new TwoStepRequired(email);
}

async function readable<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    // A conflict is for the unit of work, which decides anew.
    if (error instanceof RuleViolation || error instanceof ConcurrencyConflict) throw error;
    throw new TwoStepUnverifiable(error instanceof Error ? error.message.replace(/\.$/, '') : String(error));
  }
}
