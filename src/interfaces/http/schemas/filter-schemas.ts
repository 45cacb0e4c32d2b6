import { z } from 'zod';
import type { Filter } from '../../../domain/filter/filter.js';

export const profileFilter = z.strictObject({
  condition_groups: z.array(z.strictObject({ conditions: z.array(z.any()) })),
});
export const triggerFilter = (_type: string) => profileFilter;
export const shownProfileFilter = profileFilter;
export const filterOf = ({ condition_groups }: z.infer<typeof profileFilter>): Filter => ({
  conditionGroups: condition_groups,
});
export const shownFilter = ({ conditionGroups }: Filter): z.infer<typeof profileFilter> => ({
  condition_groups: conditionGroups.map(({ conditions }) => ({ conditions: [...conditions] })),
});
