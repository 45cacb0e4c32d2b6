import { API_SCOPES, type ApiScope } from './api-key.js';

/** What a member may do, from all to little; Klaviyo's names. */
export const ROLES = ['owner', 'admin', 'manager', 'analyst', 'support'] as const;
/** A member's role. */
export type Role = (typeof ROLES)[number];

const ALL: ReadonlySet<ApiScope> = new Set(API_SCOPES);
const READING: ReadonlySet<ApiScope> = new Set(API_SCOPES.filter((scope) => scope.endsWith(':read')));

/** The scopes of a member's own requests, and the most that a key in their name can have. */
export const SCOPES_OF_ROLE: Readonly<Record<Role, ReadonlySet<ApiScope>>> = {
  owner: ALL,
  admin: ALL,
  manager: ALL,
  analyst: READING,
  support: READING,
};

/** Adding and editing webhook actions takes Manager, Admin or Owner. Source: Klaviyo, "How to add a webhook action to a flow". */
export const mayWriteActions = (role: Role): boolean => role === 'manager' || role === 'admin' || role === 'owner';

export const mayManageMembers = (role: Role): boolean => role === 'owner' || role === 'admin';

export const mayIssueKeys = (role: Role): boolean => role === 'owner' || role === 'admin' || role === 'manager';
