import type { Decider, DomainEvent } from '../kernel/decider.js';
import { RuleViolation } from '../kernel/rule-violation.js';
import { sameDigest } from '../kernel/same-digest.js';
import { mayManageMembers, type Role } from './role.js';

/** Who belongs to the installation, and as what. There is one; what each member has of their own is their user's. */
export const ACCOUNT_STREAM = 'account';

// Events. Names and fields are the storage format.

export type AccountEvent =
  | DomainEvent<'MemberInvited', { userId: string; email: string; role: Role; tokenSha256: string; expiresAt: string }>
  | DomainEvent<'MemberJoined', { userId: string; email: string; role: Role }>
  | DomainEvent<'MemberRoleChanged', { userId: string; role: Role }>
  | DomainEvent<'MemberRemoved', { userId: string }>
  | DomainEvent<'InvitationWithdrawn', { userId: string }>;

// State

export interface Member {
  email: string;
  role: Role;
}

export interface Invitation extends Member {
  tokenSha256: string;
  /** ISO 8601, UTC. */
  expiresAt: string;
}

export interface AccountState {
  /** By user id. */
  members: Readonly<Record<string, Member>>;
  /** By user id: the one that counts, expired or not. */
  invitations: Readonly<Record<string, Invitation>>;
}

const initialState: AccountState = { members: {}, invitations: {} };

function evolve(state: AccountState, { type, data }: AccountEvent): AccountState {
  const { userId } = data;
  switch (type) {
    case 'MemberInvited': {
      const { email, role, tokenSha256, expiresAt } = data;
      return { ...state, invitations: { ...state.invitations, [userId]: { email, role, tokenSha256, expiresAt } } };
    }
    case 'MemberJoined': {
      const members = { ...state.members, [userId]: { email: data.email, role: data.role } };
      return { members, invitations: without(state.invitations, userId) };
    }
    case 'MemberRoleChanged': {
      const email = memberOf(state, userId)?.email ?? '';
      return { ...state, members: { ...state.members, [userId]: { email, role: data.role } } };
    }
    case 'MemberRemoved':
      return { ...state, members: without(state.members, userId) };
    case 'InvitationWithdrawn':
      return { ...state, invitations: without(state.invitations, userId) };
  }
}

function without<T>(all: Readonly<Record<string, T>>, userId: string): Readonly<Record<string, T>> {
  const { [userId]: _, ...others } = all;
  return others;
}

/** The member; undefined where nobody of that id belongs to the installation. */
export const memberOf = ({ members }: AccountState, userId: string): Member | undefined =>
  Object.hasOwn(members, userId) ? members[userId] : undefined;

/** Whether anybody belongs to the installation; from the first owner on, since the last one stays. */
export const hasMembers = ({ members }: AccountState): boolean => Object.keys(members).length > 0;

const invitationOf = ({ invitations }: AccountState, userId: string): Invitation | undefined =>
  Object.hasOwn(invitations, userId) ? invitations[userId] : undefined;

// Decisions

/** Who acts: a member, whose role the account itself knows, or the machine's operator, who may do everything. */
export type ActingMember = { userId: string } | 'command-line';

export type AccountCommand =
  | {
      type: 'InviteMember';
      by: ActingMember;
      userId: string;
      email: string;
      role: Role;
      tokenSha256: string;
      expiresAt: string;
    }
  | { type: 'AcceptInvitation'; userId: string; tokenSha256: string; at: string }
  | { type: 'AddMember'; by: ActingMember; userId: string; email: string; role: Role }
  | { type: 'AddFirstOwner'; userId: string; email: string }
  | { type: 'ChangeMemberRole'; by: ActingMember; userId: string; role: Role }
  | { type: 'RemoveMember'; by: ActingMember; userId: string }
  | { type: 'WithdrawInvitation'; by: ActingMember; userId: string };

function decide(command: AccountCommand, state: AccountState): AccountEvent[] {
  const { userId } = command;
  switch (command.type) {
    case 'AcceptInvitation': {
      const { email, role } = openInvitation(state, userId, command.tokenSha256, command.at);
      return [{ type: 'MemberJoined', data: { userId, email, role } }];
    }
    case 'InviteMember': {
      const { by, email, role, tokenSha256, expiresAt } = command;
      requireAuthority(state, by, [role, invitationOf(state, userId)?.role]);
      requireStranger(state, userId, email);
      return [{ type: 'MemberInvited', data: { userId, email, role, tokenSha256, expiresAt } }];
    }
    case 'AddMember': {
      const { by, email, role } = command;
      requireAuthority(state, by, [role, invitationOf(state, userId)?.role]);
      requireStranger(state, userId, email);
      return [{ type: 'MemberJoined', data: { userId, email, role } }];
    }
    case 'AddFirstOwner':
      if (hasMembers(state)) {
        throw new RuleViolation(
          'set_up_already',
          'hookledger is set up already: it has members. Log in, or ask one of them.',
        );
      }
      return [{ type: 'MemberJoined', data: { userId, email: command.email, role: 'owner' } }];
    case 'ChangeMemberRole': {
      const { by, role } = command;
      const present = requireAuthorityOver(state, by, userId).role;
      requireAuthority(state, by, [role]);
      if (present === role) return [];
      if (by !== 'command-line' && by.userId === userId) {
        throw new RuleViolation('own_role', 'Nobody changes their own role; ask another owner or admin.', '/role');
      }
      if (present === 'owner') requireAnotherOwner(state, userId);
      return [{ type: 'MemberRoleChanged', data: { userId, role } }];
    }
    case 'RemoveMember': {
      if (requireAuthorityOver(state, command.by, userId).role === 'owner') requireAnotherOwner(state, userId);
      return [{ type: 'MemberRemoved', data: { userId } }];
    }
    case 'WithdrawInvitation': {
      const invitation = invitationOf(state, userId);
      requireAuthority(state, command.by, [invitation?.role]);
      return invitation === undefined ? [] : [{ type: 'InvitationWithdrawn', data: { userId } }];
    }
  }
}

/** The invitation that the link belongs to. @throws RuleViolation invitation_unknown, invitation_expired */
export function openInvitation(state: AccountState, userId: string, tokenSha256: string, at: string): Invitation {
  const invitation = invitationOf(state, userId);
  if (invitation === undefined || !sameDigest(invitation.tokenSha256, tokenSha256)) {
    throw new RuleViolation(
      'invitation_unknown',
      'This invitation was used, withdrawn or replaced by a newer one; ask for another one.',
    );
  }
  if (Date.parse(at) >= Date.parse(invitation.expiresAt)) {
    throw new RuleViolation(
      'invitation_expired',
      `This invitation expired at ${invitation.expiresAt}; ask for another one.`,
    );
  }
  return invitation;
}

/** The member, where whoever acts may manage them. @throws RuleViolation member_unknown, role_insufficient */
export function requireAuthorityOver(state: AccountState, by: ActingMember, userId: string): Member {
  const member = memberOf(state, userId);
  requireAuthority(state, by, [member?.role]);
  if (member === undefined) throw new RuleViolation('member_unknown', `There is no member with the id '${userId}'.`);
  return member;
}

/** An admin has authority over everyone but owners, an owner over all. */
function requireAuthority(state: AccountState, by: ActingMember, over: readonly (Role | undefined)[]): void {
  if (by === 'command-line') return;
  const role = memberOf(state, by.userId)?.role;
  if (role === undefined || !mayManageMembers(role)) {
    throw new RuleViolation('role_insufficient', 'Managing members takes the role admin or owner.');
  }
  if (role !== 'owner' && over.includes('owner')) {
    throw new RuleViolation('role_insufficient', 'Only an owner may make, change or remove an owner.');
  }
}

function requireStranger(state: AccountState, userId: string, email: string): void {
  if (memberOf(state, userId) === undefined) return;
  throw new RuleViolation('member_exists', `${email} is a member already; change their role instead.`, '/email');
}

/** Without an owner nobody could make one again. */
function requireAnotherOwner(state: AccountState, userId: string): void {
  if (Object.entries(state.members).some(([id, { role }]) => id !== userId && role === 'owner')) return;
  throw new RuleViolation('last_owner', 'This is the last owner; make somebody else an owner first.');
}

export const account: Decider<AccountCommand, AccountEvent, AccountState> = { initialState, evolve, decide };
