import type { SecondStep, UserState } from '../../domain/account/user.js';
import { sameDigest } from '../../domain/kernel/same-digest.js';
import type { OneTimeCodes } from '../ports/one-time-codes.js';
import { recoveryCodeSha256 } from './recovery-codes.js';

/** What a typed code proves, be it one of an authenticator app or a recovery code; undefined where it is wrong or was used. */
export function secondStepOf(
  codes: OneTimeCodes,
  { secret, lastStep, recoveryCodes }: UserState,
  typed: string,
  atMs: number,
): Exclude<SecondStep, 'command-line'> | undefined {
  const code = typed.replace(/\s/g, '');
  if (/^\d{6}$/.test(code)) {
    const step = secret === undefined ? undefined : codes.stepOf(secret, code, atMs);
    return step === undefined || step <= lastStep ? undefined : { step };
  }
  const sha256 = recoveryCodeSha256(code);
  return recoveryCodes.some((kept) => sameDigest(kept, sha256)) ? { recoveryCodeSha256: sha256 } : undefined;
}
