import { type ListedMember, readMembers } from '../../application/queries/members.js';
import { normalEmail } from '../../domain/account/email.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import type { Accounts } from './with-accounts.js';

/** @throws RuleViolation member_unknown */
export async function memberByEmail(
  { aggregates }: Accounts,
  email: string,
  statuses: readonly ListedMember['status'][] = ['member'],
): Promise<ListedMember> {
  const members = await readMembers(aggregates);
  const found = members.find((member) => member.email === normalEmail(email) && statuses.includes(member.status));
  if (found !== undefined) return found;
  throw new RuleViolation('member_unknown', `There is no member ${email.trim()}; hookledger user list shows all.`);
}
