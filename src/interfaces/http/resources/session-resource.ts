import { z } from 'zod';
import { authorRefusal } from '../../../application/commands/action-author.js';
import type { Authenticated } from '../../../application/commands/log-in.js';
import { API_SCOPES } from '../../../domain/account/api-key.js';
import { ROLES } from '../../../domain/account/role.js';
import type { Session } from '../../../domain/account/session.js';
import { scopesOfUser } from '../authentication.js';
import type { Resource } from '../json-api.js';
import { time } from '../schemas/answers.js';

export const userAttributes = z.object({
  email: z.string(),
  role: z.enum(ROLES),
  scopes: z.array(z.enum(API_SCOPES)),
  two_step: z.boolean(),
  may_write_actions: z.boolean(),
  expires_at: time,
});

/** Who is logged in; by their user id. */
export function userResource(session: Authenticated, expiresAt: string): Resource {
  const { userId, email, role, twoStep } = session;
  const attributes: z.infer<typeof userAttributes> = {
    email,
    role,
    scopes: [...scopesOfUser(session)],
    two_step: twoStep,
    may_write_actions: authorRefusal(session) === undefined,
    expires_at: expiresAt,
  };
  return { type: 'session-user', id: userId, attributes };
}

export const sessionAttributes = z.object({ started: time, expires: time, current: z.boolean() });

/** One log-in, by the hash of its token. */
export function sessionResource({ sha256, startedAt, expiresAt }: Session, currentSha256: string): Resource {
  const attributes: z.infer<typeof sessionAttributes> = {
    started: startedAt,
    expires: expiresAt,
    current: sha256 === currentSha256,
  };
  return { type: 'session', id: sha256, attributes };
}
