import type { Condition, Filter } from '../../domain/filter/filter.js';

/** A filter on one line; a group with more than one condition stands in brackets. */
export const filterInWords = ({ conditionGroups }: Filter): string =>
  conditionGroups
    .map(({ conditions }) => conditions.map(conditionInWords).join(' or '))
    .map((group, _, groups) => (groups.length > 1 && group.includes(' or ') ? `(${group})` : group))
    .join(' and ');

function conditionInWords(condition: Condition): string {
  if (condition.type === 'profile-group-membership') {
    return `in ${condition.isMember ? 'any' : 'none'} of ${condition.groupIds.join(', ')}`;
  }
  const what = condition.type === 'profile-property' ? condition.property : `event ${condition.field}`;
  const { type: _, operator, ...values } = condition.filter;
  const shown = Object.values(values).map((value) => JSON.stringify(value));
  return [what, operator.replaceAll('-', ' '), ...shown].join(' ');
}
