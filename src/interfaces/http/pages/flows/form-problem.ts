import type { RuleViolation } from '../../../../domain/kernel/rule-violation.js';
import type { Problem } from '../render.js';

/** A command's refusal, at the field that its pointer names, where the form has one of that name. */
export function formProblem({ message, pointer }: RuleViolation, fields: readonly string[]): Problem {
  const field = pointer.split('/').findLast((part) => fields.includes(part));
  return field === undefined ? { message } : { message, field };
}
