import { hash, randomBytes } from 'node:crypto';
import { ACCOUNT_STREAM, account, memberOf } from '../../domain/account/account.js';
import { type ApiScope, apiKey, apiKeyStream, isUsable, isUseNews } from '../../domain/account/api-key.js';
import { mayIssueKeys, mayManageMembers, SCOPES_OF_ROLE } from '../../domain/account/role.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import { sameDigest } from '../../domain/kernel/same-digest.js';
import type { AggregateStore, Recorded, UnitOfWork } from '../aggregate-store.js';
import { type CommandContext, newId } from '../command-context.js';
import type { Clock } from '../ports/clock.js';
import type { Actor } from '../ports/event-store.js';
import type { Ids } from '../ports/ids.js';
import { requireActionAuthor } from './action-author.js';

/** What a request may do, by its key. */
export interface Authorised {
  keyId: string;
  name: string;
  /** Those that count now, which may be fewer than the key was issued with. */
  scopes: readonly ApiScope[];
  /** Why flows:write is not among them, where the key was issued with it. */
  withheld?: RuleViolation;
}

/** What a new API key may do, and until when. */
export interface NewApiKey {
  name: string;
  scopes: readonly ApiScope[];
  /** The user in whose name the key acts; that of the user who issues it unless given. */
  issuerId?: string;
  /** ISO 8601, UTC; it works until it is revoked unless given. */
  expiresAt?: string;
}

/** `hk_<key id, 32 hex digits>_<secret, 43 characters>` */
const FORM = /^hk_([0-9a-f]{32})_([A-Za-z0-9_-]{43})$/;

/** The secret has 256 random bits, so one fast hash protects it; a slow one is for passwords. */
const sha256 = (secret: string): string => hash('sha256', secret, 'hex');

/** What the secret of an unknown key is compared with, so that it takes as long as a wrong one. */
const NO_SECRET = '0'.repeat(64);

export class ApiKeyCommands {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /**
   * Issues a key. It is in the answer and nowhere else. One with flows:write takes an issuer who may write webhook actions.
   * @throws RuleViolation api_key_name_missing, api_key_scopes_missing, api_key_expiry_past, member_unknown, role_insufficient,
   * scope_beyond_role, two_step_required
   */
  async issue(
    { name, scopes, expiresAt, ...given }: NewApiKey,
    context: CommandContext,
  ): Promise<Recorded<{ keyId: string; key: string }>> {
    const issuerId = issuerOf(given.issuerId, context.actor);
    const keyId = newId(context, this.ids, 'api-key');
    const secret = randomBytes(32).toString('base64url');
    return this.aggregates.transact(context, async (work) => {
      if (expiresAt !== undefined && !(Date.parse(expiresAt) > Date.parse(work.time))) {
        throw new RuleViolation('api_key_expiry_past', 'An API key has to expire later than now.', '/expiresAt');
      }
      if (issuerId !== undefined) await this.requireIssuer(work, issuerId, scopes, context.actor);
      await work.decide(apiKey, apiKeyStream(keyId), {
        type: 'IssueApiKey',
        name,
        scopes,
        secretSha256: sha256(secret),
        ...(issuerId === undefined ? {} : { issuerId }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      });
      return { keyId, key: `hk_${keyId.replaceAll('-', '')}_${secret}` };
    });
  }

  /** A key can do no more than its issuer. */
  private async requireIssuer(
    work: UnitOfWork,
    issuerId: string,
    scopes: readonly ApiScope[],
    actor: Actor,
  ): Promise<void> {
    const member = memberOf(await work.load(account, ACCOUNT_STREAM), issuerId);
    if (member === undefined)
      throw new RuleViolation('member_unknown', `There is no member with the id '${issuerId}'.`);
    const { email, role } = member;
    if (actor.kind === 'user' && !mayIssueKeys(role)) throw mayNotManageKeys();
    const beyond = scopes.find((scope) => !SCOPES_OF_ROLE[role].has(scope));
    if (beyond !== undefined) {
      throw new RuleViolation(
        'scope_beyond_role',
        `The scope ${beyond} is beyond what ${email} may do as ${role}; leave it out or choose another issuer.`,
        '/scopes',
      );
    }
    if (scopes.includes('flows:write')) await requireActionAuthor(work, { kind: 'user', id: issuerId, name: email });
  }

  /** Revokes the key for good: one's own, or as an owner or admin any. @throws RuleViolation api_key_unknown, role_insufficient */
  async revoke(keyId: string, context: CommandContext): Promise<Recorded<void>> {
    const { actor } = context;
    return this.aggregates.transact(context, async (work) => {
      const { status, issuerId } = await work.load(apiKey, apiKeyStream(keyId));
      if (actor.kind === 'user' && actor.id !== issuerId) {
        const role = memberOf(await work.load(account, ACCOUNT_STREAM), actor.id)?.role;
        if (role === undefined || !mayManageMembers(role)) throw mayNotRevokeOthers();
      }
      if (actor.kind === 'api-key') throw mayNotManageKeys();
      if (status === 'none') {
        throw new RuleViolation('api_key_unknown', `There is no API key with the id '${keyId}'.`);
      }
      await work.decide(apiKey, apiKeyStream(keyId), { type: 'RevokeApiKey' });
    });
  }

  /**
   * Who the key belongs to; undefined where it is unknown, revoked, expired or not a key at all.
   * @param wanted what it is to be used for: the key's issuer is looked at only where that is flows:write, or anything
   */
  async authorise(key: string, wanted: ApiScope = 'flows:write'): Promise<Authorised | undefined> {
    const [, hex, secret] = FORM.exec(key) ?? [];
    if (hex === undefined || secret === undefined) return undefined;
    const keyId = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    const at = new Date(this.clock.now()).toISOString();
    const state = await this.aggregates.load(apiKey, apiKeyStream(keyId));
    const same = sameDigest(sha256(secret), state.secretSha256 === '' ? NO_SECRET : state.secretSha256);
    if (!same || !isUsable(state, at)) return undefined;
    const { name, scopes } = state;
    if (isUseNews(state, at)) this.recordUse(keyId, name, at);
    if (wanted !== 'flows:write' || state.issuerId === undefined || !scopes.includes(wanted)) {
      return { keyId, name, scopes };
    }
    const withheld = await this.refusalOf(keyId, name, at);
    if (withheld === undefined) return { keyId, name, scopes };
    return { keyId, name, scopes: scopes.filter((scope) => scope !== 'flows:write'), withheld };
  }

  /** Why the key may not write webhook actions at the moment. */
  private async refusalOf(keyId: string, name: string, time: string): Promise<RuleViolation | undefined> {
    const load: UnitOfWork['load'] = (decider, stream) => this.aggregates.load(decider, stream);
    try {
      await requireActionAuthor({ load, time }, { kind: 'api-key', id: keyId, name });
      return undefined;
    } catch (error) {
      if (error instanceof RuleViolation) return error;
      throw error;
    }
  }

  /** Beside the request, which neither waits for it nor fails with it: the next use is recorded as well. */
  private recordUse(keyId: string, name: string, at: string): void {
    const context: CommandContext = {
      actor: { kind: 'api-key', id: keyId, name },
      correlationId: keyId,
      causationId: keyId,
    };
    this.aggregates.execute(apiKey, apiKeyStream(keyId), { type: 'RecordApiKeyUse', at }, context).catch(() => {});
  }
}

/** A user's key acts in their own name: without this, issuing one would be a way to more than they may do. */
function issuerOf(given: string | undefined, { kind, id }: Actor): string | undefined {
  if (kind === 'api-key') throw mayNotManageKeys();
  if (kind !== 'user') return given;
  if (given === undefined || given === id) return id;
  throw new RuleViolation(
    'role_insufficient',
    'A key acts in the name of whoever issues it, so nobody issues one for others.',
  );
}

const mayNotManageKeys = (): RuleViolation =>
  new RuleViolation('role_insufficient', 'Issuing and revoking API keys takes the role manager, admin or owner.');

const mayNotRevokeOthers = (): RuleViolation =>
  new RuleViolation('role_insufficient', 'Revoking a key that somebody else issued takes the role admin or owner.');
