import { checkFilter } from '../filter/check-filter.js';
import type { Filter } from '../filter/filter.js';
import type { Decider, DomainEvent } from '../kernel/decider.js';
import { locate, RuleViolation } from '../kernel/rule-violation.js';

/** A list or a segment: a named set of profiles. Who is in it stands in the profiles' own streams. */
export type AudienceKind = 'list' | 'segment';
export const audienceStream = (kind: AudienceKind, id: string): string => `${kind}-${id}`;

/**
 * Storage format. A segment with a definition has those members whom the definition matches; any other has those whom a caller
 * puts in. Once all profiles that were there have been looked at, a segment with a definition is populated.
 */
export type AudienceEvent =
  | DomainEvent<'ListCreated', { name: string }>
  | DomainEvent<'SegmentCreated', { name: string; definition?: Filter }>
  | DomainEvent<'SegmentPopulated', Record<string, never>>;

export interface AudienceState {
  kind: AudienceKind | undefined;
  name: string;
  definition: Filter | undefined;
  populated: boolean;
}

export type AudienceCommand =
  | { type: 'CreateAudience'; kind: AudienceKind; name: string; definition?: Filter }
  | { type: 'FinishPopulating' };

const initialState: AudienceState = { kind: undefined, name: '', definition: undefined, populated: false };

function evolve(state: AudienceState, event: AudienceEvent): AudienceState {
  switch (event.type) {
    case 'ListCreated':
      return { ...state, kind: 'list', name: event.data.name };
    case 'SegmentCreated':
      return { ...state, kind: 'segment', name: event.data.name, definition: event.data.definition };
    case 'SegmentPopulated':
      return { ...state, populated: true };
  }
}

function decide(command: AudienceCommand, state: AudienceState): AudienceEvent[] {
  if (command.type === 'FinishPopulating') {
    return state.definition === undefined || state.populated ? [] : [{ type: 'SegmentPopulated', data: {} }];
  }
  const { kind, name, definition } = command;
  if (name.trim() === '') throw new RuleViolation('audience_name_missing', `The ${kind} needs a name.`, '/name');
  if (state.kind !== undefined) throw new RuleViolation('audience_exists', `This ${kind} exists already.`);
  if (definition !== undefined) locate('/definition', () => checkDefinition(kind, definition));
  if (kind === 'list') return [{ type: 'ListCreated', data: { name } }];
  return [{ type: 'SegmentCreated', data: definition === undefined ? { name } : { name, definition } }];
}

function checkDefinition(kind: AudienceKind, definition: Filter): void {
  if (kind === 'list') {
    throw new RuleViolation('list_defined', 'A list has no conditions: make a segment, or take the definition out.');
  }
  checkFilter(definition);
  for (const [group, { conditions }] of definition.conditionGroups.entries()) {
    const strange = conditions.findIndex(({ type }) => !type.startsWith('profile-'));
    if (strange === -1) continue;
    throw new RuleViolation(
      'filter_invalid',
      "A segment's conditions are about profiles; nothing triggers a segment.",
      `/condition_groups/${group}/conditions/${strange}`,
    );
  }
}

export const audience: Decider<AudienceCommand, AudienceEvent, AudienceState> = { initialState, evolve, decide };
