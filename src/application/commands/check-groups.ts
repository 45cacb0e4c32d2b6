import { audience, audienceStream } from '../../domain/audience/audience.js';
import type { Filter } from '../../domain/filter/filter.js';
import { groupsOf } from '../../domain/filter/groups-of.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import type { AggregateStore } from '../aggregate-store.js';

/**
 * A filter asks about lists and segments that are there.
 * @param states whatever they are loaded from
 * @param prefix where the filter stands
 * @throws RuleViolation filter_group_unknown
 */
export async function checkGroups(states: Pick<AggregateStore, 'load'>, filter: Filter, prefix: string): Promise<void> {
  const known = new Set<string>();
  for (const { groupId, pointer } of groupsOf(filter)) {
    if (known.has(groupId)) continue;
    const list = await states.load(audience, audienceStream('list', groupId));
    const segment = await states.load(audience, audienceStream('segment', groupId));
    if (list.kind === undefined && segment.kind === undefined) {
      throw new RuleViolation(
        'filter_group_unknown',
        `There is no list or segment with the id '${groupId}'.`,
        prefix + pointer,
      );
    }
    known.add(groupId);
  }
}
