import { ACCOUNT_STREAM, account } from '../../domain/account/account.js';
import type { Role } from '../../domain/account/role.js';
import { user, userStream } from '../../domain/account/user.js';
import type { AggregateStore } from '../aggregate-store.js';

/** Somebody who belongs to the installation, or is invited to. */
export interface ListedMember {
  userId: string;
  email: string;
  role: Role;
  status: 'member' | 'invited';
  twoStep: boolean;
  /** Whether they can log in: a new user may have to set a password first. */
  hasPassword: boolean;
  /** Of an invitation; ISO 8601, UTC. */
  expiresAt?: string;
}

/** All members, then all invitations, each by e-mail address. */
export async function readMembers(aggregates: AggregateStore): Promise<readonly ListedMember[]> {
  const { members, invitations } = await aggregates.load(account, ACCOUNT_STREAM);
  const listed: ListedMember[] = [];
  for (const [userId, { email, role }] of Object.entries(members)) {
    const { twoStep, passwordHash } = await aggregates.load(user, userStream(userId));
    const hasPassword = passwordHash !== undefined;
    listed.push({ userId, email, role, status: 'member', twoStep: twoStep === 'on', hasPassword });
  }
  const invited = Object.entries(invitations).map(
    ([userId, { email, role, expiresAt }]): ListedMember => ({
      userId,
      email,
      role,
      status: 'invited',
      twoStep: false,
      hasPassword: false,
      expiresAt,
    }),
  );
  return [...listed.sort(byEmail), ...invited.sort(byEmail)];
}

const byEmail = (a: ListedMember, b: ListedMember): number => (a.email < b.email ? -1 : 1);
