import { z } from 'zod';
import type { ListedMember } from '../../../application/queries/members.js';
import { ROLES } from '../../../domain/account/role.js';
import type { Resource } from '../json-api.js';
import { time } from '../schemas/answers.js';

export const memberAttributes = z.object({
  email: z.string(),
  role: z.enum(ROLES),
  status: z.enum(['member', 'invited']),
  two_step: z.boolean(),
  has_password: z.boolean(),
  /** Of an invitation. */
  expires_at: time.nullable(),
});

/** Somebody who belongs to the installation, or is invited to; by their user id. */
export function memberResource(member: ListedMember): Resource {
  const { userId, email, role, status, twoStep, hasPassword, expiresAt } = member;
  const attributes: z.infer<typeof memberAttributes> = {
    email,
    role,
    status,
    two_step: twoStep,
    has_password: hasPassword,
    expires_at: expiresAt ?? null,
  };
  return { type: 'member', id: userId, attributes };
}

/** A link that works once, for one user. */
export const linkAttributes = z.object({ path: z.string(), expires_at: time });
