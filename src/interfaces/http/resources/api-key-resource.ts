import { z } from 'zod';
import { API_SCOPES } from '../../../domain/account/api-key.js';
import { API_KEY_STATUSES, type ListedKey } from '../../../projections/access/access-queries.js';
import type { Resource } from '../json-api.js';
import { time } from '../schemas/answers.js';

export const apiKeyAttributes = z.object({
  name: z.string(),
  scopes: z.array(z.enum(API_SCOPES)),
  status: z.enum(API_KEY_STATUSES),
  issuer_id: z.string().nullable().describe("The user in whose name it acts; null for the machine's operator"),
  created: time,
  expires_at: time.nullable(),
  last_used_at: time.nullable().describe('To within the hour'),
  revoked_at: time.nullable(),
});

export const API_KEY_FIELDS = Object.keys(apiKeyAttributes.shape);

/** An API key, without what it takes to use it. */
export function apiKeyResource(key: ListedKey): Resource {
  const attributes: z.infer<typeof apiKeyAttributes> = {
    name: key.name,
    scopes: [...key.scopes],
    status: key.status,
    issuer_id: key.issuerId,
    created: key.issuedAt,
    expires_at: key.expiresAt,
    last_used_at: key.lastUsedAt,
    revoked_at: key.revokedAt,
  };
  return { type: 'api-key', id: key.keyId, attributes };
}
