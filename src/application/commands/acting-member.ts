import type { ActingMember } from '../../domain/account/account.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import type { Actor } from '../ports/event-store.js';

/** As whom an actor manages members: API keys and the engine do not. @throws RuleViolation role_insufficient */
export function actingMember({ kind, id }: Actor): ActingMember {
  if (kind === 'cli' || kind === 'program') return 'command-line';
  if (kind === 'user') return { userId: id };
  throw new RuleViolation('role_insufficient', 'Members are managed by an owner or admin who is logged in.');
}
