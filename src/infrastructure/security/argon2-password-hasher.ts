import { hash, type Options, verify } from '@node-rs/argon2';
import type { PasswordHasher } from '../../application/ports/password-hasher.js';

/** argon2id (its number in @node-rs/argon2, whose enum exists for the compiler only). */
const ARGON2ID = 2;

/** 19 MiB, two passes, one lane. Source: OWASP Password Storage Cheat Sheet, "Argon2id". */
const COSTS: Options = { algorithm: ARGON2ID, memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };

/** Keyboards differ in how they put an é together. Source: NIST SP 800-63B, 5.1.1.2; Unicode's NFKC. */
const normal = (password: string): string => password.normalize('NFKC');

/** Hashes on the threads of libuv, so that the event loop goes on meanwhile. */
export class Argon2PasswordHasher implements PasswordHasher {
  hash(password: string): Promise<string> {
    return hash(normal(password), COSTS);
  }

  /** The costs are those in the hash, so that they may be raised without locking anybody out. */
  verify(hashed: string, password: string): Promise<boolean> {
    return verify(hashed, normal(password));
  }
}
