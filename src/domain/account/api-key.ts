import type { Decider, DomainEvent } from '../kernel/decider.js';
import { RuleViolation } from '../kernel/rule-violation.js';

/** An API key: what it may do, and the hash by which it is known. The key itself is shown once and never stored. */
export const apiKeyStream = (keyId: string): string => `api-key-${keyId}`;

/** What a key may be allowed; Klaviyo's names where it has one. */
export const API_SCOPES = [
  'flows:read',
  'flows:write',
  'events:read',
  'events:write',
  'metrics:read',
  'metrics:write',
  'profiles:read',
  'profiles:write',
  'lists:read',
  'lists:write',
  'segments:read',
  'segments:write',
  'catalogs:read',
  'catalogs:write',
  'audit:read',
  'deliveries:write',
] as const;
/** One thing that a key may be allowed. */
export type ApiScope = (typeof API_SCOPES)[number];

/** A key is recorded as used so often at the most: whether it is in use matters, and each request is recorded elsewhere. */
const USE_INTERVAL_MS = 3_600_000;

/** Storage format. */
export type ApiKeyEvent =
  | DomainEvent<
      'ApiKeyIssued',
      {
        name: string;
        scopes: readonly ApiScope[];
        secretSha256: string;
        /** The user in whose name it acts; without one it was made by the machine's operator. */
        issuerId?: string;
        /** ISO 8601, UTC; without one it works until it is revoked. */
        expiresAt?: string;
      }
    >
  | DomainEvent<'ApiKeyUsed', { at: string }>
  | DomainEvent<'ApiKeyRevoked', Record<string, never>>;
export type ApiKeyState = {
  status: 'none' | 'active' | 'revoked';
  name: string;
  scopes: readonly ApiScope[];
  secretSha256: string;
  issuerId?: string;
  expiresAt?: string;
  lastUsedAt?: string;
};
export type ApiKeyCommand =
  | {
      type: 'IssueApiKey';
      name: string;
      scopes: readonly ApiScope[];
      secretSha256: string;
      issuerId?: string;
      expiresAt?: string;
    }
  | { type: 'RecordApiKeyUse'; at: string }
  | { type: 'RevokeApiKey' };

/** Whether the key works at that time. */
export const isUsable = ({ status, expiresAt }: ApiKeyState, at: string): boolean =>
  status === 'active' && (expiresAt === undefined || Date.parse(at) < Date.parse(expiresAt));

/** Whether a use at that time is to be recorded. */
export const isUseNews = ({ status, lastUsedAt }: ApiKeyState, at: string): boolean =>
  status === 'active' && (lastUsedAt === undefined || Date.parse(at) - Date.parse(lastUsedAt) >= USE_INTERVAL_MS);

export const apiKey: Decider<ApiKeyCommand, ApiKeyEvent, ApiKeyState> = {
  initialState: { status: 'none', name: '', scopes: [], secretSha256: '' },
  evolve(state, event) {
    switch (event.type) {
      case 'ApiKeyIssued':
        return { status: 'active', ...event.data };
      case 'ApiKeyUsed':
        return { ...state, lastUsedAt: event.data.at };
      case 'ApiKeyRevoked':
        return { ...state, status: 'revoked' };
    }
  },
  decide(command, state) {
    if (command.type === 'RevokeApiKey') {
      return state.status === 'active' ? [{ type: 'ApiKeyRevoked', data: {} }] : [];
    }
    if (command.type === 'RecordApiKeyUse') {
      return isUseNews(state, command.at) ? [{ type: 'ApiKeyUsed', data: { at: command.at } }] : [];
    }
    if (state.status !== 'none') throw new RuleViolation('api_key_exists', 'This API key exists already.');
    if (command.name.trim() === '')
      throw new RuleViolation('api_key_name_missing', 'An API key needs a name.', '/name');
    if (command.scopes.length === 0) {
      throw new RuleViolation('api_key_scopes_missing', 'An API key needs at least one scope.', '/scopes');
    }
    const { type: _, scopes, ...issued } = command;
    return [{ type: 'ApiKeyIssued', data: { ...issued, scopes: [...new Set(scopes)] } }];
  },
};
