import { RuleViolation } from '../kernel/rule-violation.js';
import { normalEmail } from './email.js';

/** Length is what makes a password hard to guess; rules about kinds of characters are not. Source: NIST SP 800-63B, 5.1.1.2. */
export const MIN_LENGTH = 12;
/** Enough for any passphrase; without a limit, hashing would be a way to keep the server busy. */
export const MAX_LENGTH = 200;

/** The commonest of the passwords that are long enough. */
const COMMON: ReadonlySet<string> = new Set([
  '0987654321098',
  '123123123123',
  '123456789012',
  '1234567890123',
  '12345678901234567890',
  '123456789abc',
  '1q2w3e4r5t6y',
  '1qaz2wsx3edc',
  'abc123456789',
  'abcdefghijkl',
  'adminadminadmin',
  'administrator',
  'changeme1234',
  'changemechangeme',
  'iloveyou1234',
  'letmeinletmein',
  'password1234',
  'password12345',
  'password123456',
  'passwordpassword',
  'qazwsxedcrfv',
  'qwerty123456',
  'qwertyqwerty',
  'qwertyuiop12',
  'qwertyuiop123',
  'qwertyuiopasdfgh',
  'welcome12345',
  'welcomewelcome',
]);

/** @throws RuleViolation password_too_weak */
export function checkPassword(password: string, email: string, pointer = '/password'): void {
  const tooWeak = (message: string): RuleViolation => new RuleViolation('password_too_weak', message, pointer);
  const characters = [...password];
  if (characters.length < MIN_LENGTH || characters.length > MAX_LENGTH) {
    throw tooWeak(`A password has ${MIN_LENGTH} to ${MAX_LENGTH} characters; this one has ${characters.length}.`);
  }
  const plain = password.trim().toLowerCase();
  if (plain === normalEmail(email)) throw tooWeak('The e-mail address is no password; choose another one.');
  if (COMMON.has(plain) || new Set(characters).size === 1) {
    throw tooWeak(
      'This password is one of those tried first; choose another one, such as four words that nobody else puts together.',
    );
  }
}
