/** Passwords at rest: slow to guess, with the salt and the costs inside the hash. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  verify(hash: string, password: string): Promise<boolean>;
}
