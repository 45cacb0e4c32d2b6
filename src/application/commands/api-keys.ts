import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type ApiScope, apiKey, apiKeyStream } from '../../domain/account/api-key.js';
import type { AggregateStore, Recorded } from '../aggregate-store.js';
import type { CommandContext } from '../command-context.js';
import type { Ids } from '../ports/ids.js';

/** What a request may do, by its key. */
export interface Authorised {
  keyId: string;
  name: string;
  scopes: readonly ApiScope[];
}

/** `hk_<key id, 32 hex digits>_<secret, 43 characters>` */
const FORM = /^hk_([0-9a-f]{32})_([A-Za-z0-9_-]{43})$/;

/** The secret has 256 random bits, so one fast hash protects it; a slow one is for passwords. */
const sha256 = (secret: string): string => hash('sha256', secret, 'hex');

/** What no secret's hash is likely to be. */
const NOBODYS = '0'.repeat(64);

export class ApiKeyCommands {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly ids: Ids,
  ) {}

  /** Issues a key. It is in the answer and nowhere else. @throws RuleViolation api_key_name_missing, api_key_scopes_missing */
  async issue(name: string, scopes: readonly ApiScope[], context: CommandContext): Promise<Recorded<{ key: string }>> {
    const id = this.ids.next();
    const secret = randomBytes(32).toString('base64url');
    const command = { type: 'IssueApiKey', name, scopes, secretSha256: sha256(secret) } as const;
    const { position } = await this.aggregates.execute(apiKey, apiKeyStream(id), command, context);
    return { result: { key: `hk_${id.replaceAll('-', '')}_${secret}` }, position };
  }

  /** Who the key belongs to; undefined where it is unknown, revoked or not a key at all. */
  async authorise(key: string): Promise<Authorised | undefined> {
    const [, hex, secret] = FORM.exec(key) ?? [];
    if (hex === undefined || secret === undefined) return undefined;
    const keyId = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    const { status, name, scopes, secretSha256 } = await this.aggregates.load(apiKey, apiKeyStream(keyId));
    // An id that nobody has is compared too, so that the time it takes doesn't tell which ids there are.
    const expected = status === 'none' ? NOBODYS : secretSha256;
    const same = timingSafeEqual(Buffer.from(sha256(secret)), Buffer.from(expected));
    return same && status === 'active' ? { keyId, name, scopes } : undefined;
  }
}
