import type { FastifyBaseLogger } from 'fastify';
import type { Authenticated } from '../../../application/commands/log-in.js';
import type { TwoStepCommands } from '../../../application/commands/two-step.js';
import { mayWriteActions } from '../../../domain/account/role.js';

/**
 * What a page has to say to a member about adding and editing webhook actions: nothing (`ok`), that two-step authentication is
 * off for them (`reminder`), that it can't be found out (`unverifiable`), or that their role doesn't allow it (`role`). The
 * command itself checks again; this is for people. The template macro `reminder` of 'two-step-reminder' shows the two in the
 * middle.
 */
export async function twoStepReminder(
  twoStep: TwoStepCommands,
  { userId, role }: Authenticated,
  log: FastifyBaseLogger,
): Promise<'ok' | 'reminder' | 'unverifiable' | 'role'> {
  if (!mayWriteActions(role)) return 'role';
  try {
    return (await twoStep.stateOf(userId)).state === 'on' ? 'ok' : 'reminder';
  } catch (error) {
    log.error({ error }, 'two-step authentication could not be verified');
    return 'unverifiable';
  }
}
