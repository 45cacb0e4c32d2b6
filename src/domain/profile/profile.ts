import type { AudienceKind } from '../audience/audience.js';
import type { Decider, DomainEvent } from '../kernel/decider.js';
import { type Json, type JsonObject, jsonEqual } from '../kernel/json.js';
import { RuleViolation } from '../kernel/rule-violation.js';

/** A person that events are about. */
export const profileStream = (profileId: string): string => `profile-${profileId}`;

/** Klaviyo's profile attributes; `properties` are the caller's own. */
export type ProfileAttributes = {
  readonly email?: string;
  readonly phone_number?: string;
  readonly external_id?: string;
  readonly properties?: JsonObject;
  readonly [attribute: string]: Json | undefined;
};

// Events. Names and fields are the storage format.

export type ProfileEvent =
  | DomainEvent<'ProfileCreated', { attributes: ProfileAttributes }>
  | DomainEvent<'ProfileChanged', { attributes: ProfileAttributes; removedProperties?: readonly string[] }>
  | DomainEvent<'ProfileJoinedList', { audienceId: string }>
  | DomainEvent<'ProfileLeftList', { audienceId: string }>
  | DomainEvent<'ProfileJoinedSegment', { audienceId: string }>
  | DomainEvent<'ProfileLeftSegment', { audienceId: string }>
  | DomainEvent<'ProfileForgotten', Record<string, never>>;

// State

export interface ProfileState {
  status: 'none' | 'known' | 'forgotten';
  attributes: ProfileAttributes;
  /** By audience id: whether the profile is in it now, and how often it joined. */
  memberships: Readonly<Record<string, { member: boolean; joins: number }>>;
}

const initialState: ProfileState = { status: 'none', attributes: {}, memberships: {} };

function evolve(state: ProfileState, event: ProfileEvent): ProfileState {
  switch (event.type) {
    case 'ProfileCreated':
      return { ...state, status: 'known', attributes: event.data.attributes };
    case 'ProfileChanged': {
      const attributes = merge(state.attributes, event.data.attributes, event.data.removedProperties ?? []);
      return { ...state, attributes };
    }
    case 'ProfileJoinedList':
    case 'ProfileJoinedSegment': {
      const joins = (state.memberships[event.data.audienceId]?.joins ?? 0) + 1;
      return withMembership(state, event.data.audienceId, { member: true, joins });
    }
    case 'ProfileLeftList':
    case 'ProfileLeftSegment': {
      const joins = state.memberships[event.data.audienceId]?.joins ?? 0;
      return withMembership(state, event.data.audienceId, { member: false, joins });
    }
    case 'ProfileForgotten':
      return { ...initialState, status: 'forgotten' };
  }
}

function withMembership(
  state: ProfileState,
  audienceId: string,
  membership: { member: boolean; joins: number },
): ProfileState {
  return { ...state, memberships: { ...state.memberships, [audienceId]: membership } };
}

/** Attributes replace those of the same name; properties and location merge key by key. */
function merge(
  before: ProfileAttributes,
  change: ProfileAttributes,
  removedProperties: readonly string[],
): ProfileAttributes {
  const merged: Record<string, Json | undefined> = { ...before, ...change };
  for (const key of ['properties', 'location'] as const) {
    const old = before[key];
    const added = change[key];
    if (isObject(old) && isObject(added)) merged[key] = { ...old, ...added };
  }
  if (removedProperties.length > 0 && isObject(merged.properties)) {
    const properties = { ...merged.properties };
    for (const name of removedProperties) delete properties[name];
    merged.properties = properties;
  }
  return merged as ProfileAttributes;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// Decisions

export type ProfileCommand =
  | { type: 'CreateProfile'; attributes: ProfileAttributes }
  | { type: 'ChangeProfile'; attributes: ProfileAttributes; removedProperties?: readonly string[] }
  | { type: 'JoinAudience'; kind: AudienceKind; audienceId: string }
  | { type: 'LeaveAudience'; kind: AudienceKind; audienceId: string }
  | { type: 'ForgetProfile' };

function decide(command: ProfileCommand, state: ProfileState): ProfileEvent[] {
  if (command.type === 'CreateProfile') {
    if (state.status !== 'none') throw new RuleViolation('profile_exists', 'A profile with this id exists already.');
    return [{ type: 'ProfileCreated', data: { attributes: command.attributes } }];
  }
  if (state.status === 'none') throw new RuleViolation('profile_unknown', 'This profile does not exist.');
  if (command.type === 'ForgetProfile') {
    return state.status === 'forgotten' ? [] : [{ type: 'ProfileForgotten', data: {} }];
  }
  if (state.status === 'forgotten') throw new RuleViolation('profile_forgotten', 'This profile was forgotten.');
  switch (command.type) {
    case 'ChangeProfile':
      return change(command.attributes, command.removedProperties ?? [], state);
    case 'JoinAudience': {
      if (state.memberships[command.audienceId]?.member) return [];
      const data = { audienceId: command.audienceId };
      return [command.kind === 'list' ? { type: 'ProfileJoinedList', data } : { type: 'ProfileJoinedSegment', data }];
    }
    case 'LeaveAudience': {
      if (!state.memberships[command.audienceId]?.member) return [];
      const data = { audienceId: command.audienceId };
      return [command.kind === 'list' ? { type: 'ProfileLeftList', data } : { type: 'ProfileLeftSegment', data }];
    }
  }
}

/** Records what really differs, and nothing where nothing does. */
function change(
  attributes: ProfileAttributes,
  removedProperties: readonly string[],
  state: ProfileState,
): ProfileEvent[] {
  const after = merge(state.attributes, attributes, removedProperties);
  const before = state.attributes;
  // fromEntries and hasOwn, so that an attribute may be called like something that objects inherit.
  const changed: ProfileAttributes = Object.fromEntries(
    Object.entries(attributes).filter(
      ([name, value]) => value !== undefined && !(Object.hasOwn(before, name) && jsonEqual(before[name], after[name])),
    ),
  );
  const removed = removedProperties.filter(
    (name) => Object.hasOwn(before.properties ?? {}, name) || Object.hasOwn(changed.properties ?? {}, name),
  );
  if (Object.keys(changed).length === 0 && removed.length === 0) return [];
  const data = { attributes: changed };
  return [{ type: 'ProfileChanged', data: removed.length === 0 ? data : { ...data, removedProperties: removed } }];
}

export const profile: Decider<ProfileCommand, ProfileEvent, ProfileState> = { initialState, evolve, decide };
