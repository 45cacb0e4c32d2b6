import { z } from 'zod';
import { RuleViolation } from '../kernel/rule-violation.js';
import { uuidV5 } from '../kernel/uuid-v5.js';

/** The longest address that SMTP can carry. Source: RFC 5321, section 4.5.3.1.3, with erratum 1690 to RFC 3696. */
const MAX_LENGTH = 254;

const EMAIL = z.email().max(MAX_LENGTH);

/** An address as accounts know it: capitals and surrounding space make no other person. */
export const normalEmail = (email: string): string => email.trim().toLowerCase();

/** The same address is the same user, everywhere and always, so that no two can be registered for it. */
export const userIdOf = (email: string): string => uuidV5('user', normalEmail(email));

/** The address in its normal form. @throws RuleViolation email_invalid */
export function checkedEmail(email: string): string {
  const normal = normalEmail(email);
  if (EMAIL.safeParse(normal).success) return normal;
  throw new RuleViolation(
    'email_invalid',
    `'${email}' is no e-mail address; give one such as ana@example.com.`,
    '/email',
  );
}
