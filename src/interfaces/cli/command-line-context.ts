import { userInfo } from 'node:os';
import type { CommandContext } from '../../application/command-context.js';

/** Commands given in a shell are the act of the machine's user. */
export function commandLineContext(requestId: string): CommandContext {
  const { username } = userInfo();
  return { actor: { kind: 'cli', id: username, name: username }, correlationId: requestId, causationId: requestId };
}
