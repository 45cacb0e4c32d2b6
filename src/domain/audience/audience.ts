import type { Decider, DomainEvent } from '../kernel/decider.js';
import { RuleViolation } from '../kernel/rule-violation.js';

/** A list or a segment: a named set of profiles. Who is in it stands in the profiles' own streams. */
export type AudienceKind = 'list' | 'segment';
export const audienceStream = (kind: AudienceKind, id: string): string => `${kind}-${id}`;

/** Storage format. */
export type AudienceEvent =
  | DomainEvent<'ListCreated', { name: string }>
  | DomainEvent<'SegmentCreated', { name: string }>;
export type AudienceState = { kind: AudienceKind | undefined; name: string };
export type AudienceCommand = { type: 'CreateAudience'; kind: AudienceKind; name: string };

export const audience: Decider<AudienceCommand, AudienceEvent, AudienceState> = {
  initialState: { kind: undefined, name: '' },
  evolve: (_state, event) => ({ kind: event.type === 'ListCreated' ? 'list' : 'segment', name: event.data.name }),
  decide({ kind, name }, state) {
    if (name.trim() === '') throw new RuleViolation('audience_name_missing', `The ${kind} needs a name.`, '/name');
    if (state.kind !== undefined) throw new RuleViolation('audience_exists', `This ${kind} exists already.`);
    return [kind === 'list' ? { type: 'ListCreated', data: { name } } : { type: 'SegmentCreated', data: { name } }];
  },
};
