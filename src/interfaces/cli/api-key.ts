import { type ListedApiKey, readApiKeys } from '../../application/queries/api-keys.js';
import { type ListedMember, readMembers } from '../../application/queries/members.js';
import { API_SCOPES, type ApiScope } from '../../domain/account/api-key.js';
import { mayWriteActions } from '../../domain/account/role.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import { readSettings, SettingsError } from '../../settings.js';
import { memberByEmail } from './member-by-email.js';
import { type JsonFlag, printResult } from './print-result.js';
import { type Accounts, withAccounts, withExistingAccounts } from './with-accounts.js';

const DAY_MS = 86_400_000;

type Flags = JsonFlag & { data?: string };

/** Prints the key alone on standard output, so that a script can take it. */
export async function createApiKey(
  flags: Flags & { name: string; scopes: string; user?: string; expires?: string },
): Promise<void> {
  const settings = readSettings(flags, process.env);
  const scopes = scopesIn(flags.scopes);
  const expiresAt = flags.expires === undefined ? undefined : expiryIn(flags.expires);
  const { keyId, key } = await withAccounts(settings, async (accounts) => {
    const issuer = await issuerOf(accounts, flags.user, scopes);
    if (issuer !== undefined && flags.user === undefined) {
      process.stderr.write(
        `The key acts in the name of ${issuer.email}, the only member who may write webhook actions.\n`,
      );
    }
    const issued = await accounts.apiKeys.issue(
      {
        name: flags.name,
        scopes,
        ...(issuer === undefined ? {} : { issuerId: issuer.userId }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      },
      accounts.context,
    );
    return issued.result;
  });
  printResult(flags, { keyId, key }, key);
}

function scopesIn(text: string): ApiScope[] {
  const scopes = text.split(',').map((scope) => scope.trim());
  const unknown = scopes.find((scope) => !API_SCOPES.includes(scope as ApiScope));
  if (unknown === undefined) return scopes as ApiScope[];
  throw new SettingsError(`--scopes holds '${unknown}', which is no scope; there are ${API_SCOPES.join(', ')}.`);
}

/** A date, or a number of days from now. */
function expiryIn(text: string): string {
  const [, days] = /^(\d{1,5})d$/.exec(text) ?? [];
  const time = days === undefined ? Date.parse(text) : Date.now() + Number(days) * DAY_MS;
  // A bare number would be read as a year, or as a month.
  if (!Number.isNaN(time) && (days !== undefined || /^\d{4}-\d\d-\d\d/.test(text))) return new Date(time).toISOString();
  throw new SettingsError(`--expires is '${text}'; it takes a date such as 2027-01-31, or days from now such as 90d.`);
}

/**
 * In whose name the key is to act; undefined for the machine's operator. Once there are members, what writes webhook actions
 * is a member's, with two-step authentication.
 */
async function issuerOf(
  accounts: Accounts,
  email: string | undefined,
  scopes: readonly ApiScope[],
): Promise<ListedMember | undefined> {
  if (email !== undefined) return memberByEmail(accounts, email);
  if (!scopes.includes('flows:write')) return undefined;
  const members = (await readMembers(accounts.aggregates)).filter(({ status }) => status === 'member');
  if (members.length === 0) return undefined;
  const byRole = members.filter(({ role }) => mayWriteActions(role));
  const authors = byRole.filter(({ twoStep }) => twoStep);
  if (authors.length > 1) {
    throw new RuleViolation(
      'issuer_ambiguous',
      `Several members may write webhook actions (${authors.map((author) => author.email).join(', ')}); choose one with --user.`,
    );
  }
  const [author] = authors;
  if (author !== undefined) return author;
  const [candidate] = byRole;
  if (candidate === undefined) {
    throw new RuleViolation(
      'role_insufficient',
      'A key with flows:write takes a member who is manager, admin or owner.',
    );
  }
  throw new RuleViolation(
    'two_step_required',
    `A key with flows:write takes a member with two-step authentication, and nobody who may write webhook actions has it on; switch it on first: hookledger user two-step --email ${candidate.email}`,
  );
}

export async function listApiKeys(flags: Flags): Promise<void> {
  const settings = readSettings(flags, process.env);
  await withExistingAccounts(settings, async ({ eventStore, aggregates, now }) => {
    const keys = await readApiKeys(eventStore, now);
    const emails = new Map((await readMembers(aggregates)).map(({ userId, email }) => [userId, email]));
    for (const key of keys) process.stdout.write(flags.json ? `${JSON.stringify(key)}\n` : line(key, emails));
  });
}

function line(key: ListedApiKey, emails: ReadonlyMap<string, string>): string {
  const { keyId, name, scopes, status, issuerId, expiresAt, lastUsedAt } = key;
  const notes = [
    ...(issuerId === undefined ? [] : [`of ${emails.get(issuerId) ?? `the former member ${issuerId}`}`]),
    ...(expiresAt === undefined ? [] : [`until ${expiresAt}`]),
    lastUsedAt === undefined ? 'never used' : `used ${lastUsedAt}`,
  ];
  return `${keyId}  ${status}  ${name}  ${scopes.join(',')}  ${notes.join(', ')}\n`;
}

/** Takes the key's id, or the key itself. */
export async function revokeApiKey(given: string, flags: Flags): Promise<void> {
  const settings = readSettings(flags, process.env);
  const keyId = keyIdIn(given);
  await withExistingAccounts(settings, ({ apiKeys, context }) => apiKeys.revoke(keyId, context));
  if (flags.json) process.stdout.write(`${JSON.stringify({ keyId, revoked: true })}\n`);
  else process.stderr.write(`The API key ${keyId} works no more.\n`);
}

function keyIdIn(text: string): string {
  const [, hex] = /^hk_([0-9a-f]{32})_/.exec(text) ?? [];
  return hex === undefined ? text : hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
