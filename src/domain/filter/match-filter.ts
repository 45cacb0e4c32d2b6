import type { JsonObject } from '../kernel/json.js';
import type { ProfileAttributes, ProfileState } from '../profile/profile.js';
import type { Condition, Filter } from './filter.js';
import { matchesValue } from './match-value.js';
import { eventProperty, profileProperty } from './property-of.js';

/** What a filter is about. */
export interface FilterSubject {
  attributes: ProfileAttributes;
  memberships: ProfileState['memberships'];
  /** The properties of what triggered a flow; where there are none, each is missing. */
  event?: JsonObject;
}

/**
 * Whether in every group of the filter at least one condition is true of the subject.
 * @param now epoch milliseconds
 */
export const matches = (filter: Filter, subject: FilterSubject, now: number): boolean =>
  filter.conditionGroups.every(({ conditions }) => conditions.some((condition) => isTrue(condition, subject, now)));

function isTrue(condition: Condition, { attributes, memberships, event }: FilterSubject, now: number): boolean {
  switch (condition.type) {
    case 'profile-property':
      return matchesValue(condition.filter, profileProperty(attributes, condition.property), now);
    case 'profile-group-membership': {
      const isIn = (id: string): boolean => Object.hasOwn(memberships, id) && memberships[id]?.member === true;
      return condition.groupIds.some(isIn) === condition.isMember;
    }
    default:
      return matchesValue(condition.filter, eventProperty(event, condition.field), now);
  }
}
