import { RuleViolation } from '../../domain/kernel/rule-violation.js';

/** Of somebody who is logged in already and gives their password once more, for what takes more than a session. */
export const wrongPassword = (): RuleViolation =>
  new RuleViolation('password_wrong', 'The password is wrong.', '/password');
