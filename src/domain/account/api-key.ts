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
  'audit:read',
  'deliveries:write',
] as const;
export type ApiScope = (typeof API_SCOPES)[number];

/** Storage format. */
export type ApiKeyEvent =
  | DomainEvent<'ApiKeyIssued', { name: string; scopes: readonly ApiScope[]; secretSha256: string }>
  | DomainEvent<'ApiKeyRevoked', Record<string, never>>;
export type ApiKeyState = {
  status: 'none' | 'active' | 'revoked';
  name: string;
  scopes: readonly ApiScope[];
  secretSha256: string;
};
export type ApiKeyCommand =
  | { type: 'IssueApiKey'; name: string; scopes: readonly ApiScope[]; secretSha256: string }
  | { type: 'RevokeApiKey' };

export const apiKey: Decider<ApiKeyCommand, ApiKeyEvent, ApiKeyState> = {
  initialState: { status: 'none', name: '', scopes: [], secretSha256: '' },
  evolve(state, event) {
    return event.type === 'ApiKeyIssued' ? { status: 'active', ...event.data } : { ...state, status: 'revoked' };
  },
  decide(command, state) {
    if (command.type === 'RevokeApiKey') {
      return state.status === 'active' ? [{ type: 'ApiKeyRevoked', data: {} }] : [];
    }
    if (state.status !== 'none') throw new RuleViolation('api_key_exists', 'This API key exists already.');
    if (command.name.trim() === '')
      throw new RuleViolation('api_key_name_missing', 'An API key needs a name.', '/name');
    if (command.scopes.length === 0) {
      throw new RuleViolation('api_key_scopes_missing', 'An API key needs at least one scope.', '/scopes');
    }
    const { name, scopes, secretSha256 } = command;
    return [{ type: 'ApiKeyIssued', data: { name, scopes: [...new Set(scopes)], secretSha256 } }];
  },
};
