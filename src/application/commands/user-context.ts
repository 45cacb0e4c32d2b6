import type { CommandContext } from '../command-context.js';

/** A user acts: their id, and their e-mail address for people. */
export const userContext = (userId: string, email: string, requestId: string): CommandContext => ({
  actor: { kind: 'user', id: userId, name: email },
  correlationId: requestId,
  causationId: requestId,
});
