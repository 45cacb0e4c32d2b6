import type { SetUpCheck } from '../../application/commands/set-up-checks.js';

/** Says which actions stay in draft since their URL failed the set-up check. @returns whether any does */
export function tellFailedChecks(checks: readonly SetUpCheck[]): boolean {
  const failed = checks.filter(({ verified }) => !verified);
  for (const { actionId, detail } of failed) {
    process.stderr.write(`The action ${actionId} stays in draft: ${detail}\n`);
  }
  return failed.length > 0;
}
