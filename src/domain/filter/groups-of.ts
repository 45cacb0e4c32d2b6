import type { Filter } from './filter.js';

/** The lists and segments that a filter asks about, and where it does (a JSON pointer below the filter). */
export const groupsOf = ({ conditionGroups }: Filter): { groupId: string; pointer: string }[] =>
  conditionGroups.flatMap(({ conditions }, group) =>
    conditions.flatMap((condition, place) =>
      condition.type === 'profile-group-membership'
        ? condition.groupIds.map((groupId, index) => ({
            groupId,
            pointer: `/condition_groups/${group}/conditions/${place}/group_ids/${index}`,
          }))
        : [],
    ),
  );
