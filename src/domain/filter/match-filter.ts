import type { JsonObject } from '../kernel/json.js';
import type { ProfileAttributes, ProfileState } from '../profile/profile.js';
import type { Filter } from './filter.js';

export interface FilterSubject {
  attributes: ProfileAttributes;
  memberships: ProfileState['memberships'];
  event?: JsonObject;
}

export function matches(filter: Filter, subject: FilterSubject, _now: number): boolean {
  return filter.conditionGroups.every(({ conditions }) =>
    conditions.some((condition) => {
      if (condition.type === 'profile-group-membership') {
        return condition.isMember === condition.groupIds.some((id) => subject.memberships[id]?.member === true);
      }
      const value =
        condition.type === 'profile-property'
          ? (subject.attributes.properties?.[condition.property] ?? subject.attributes[condition.property])
          : subject.event?.[condition.field];
      const { filter } = condition;
      return filter.operator === 'equals' && filter.value === value;
    }),
  );
}
