import type { Decider, DomainEvent } from '../kernel/decider.js';
import { RuleViolation } from '../kernel/rule-violation.js';
import { uuidV5 } from '../kernel/uuid-v5.js';

/** A kind of event, such as "Placed Order". Its id follows from its name, so that a name is one metric everywhere. */
export const metricStream = (metricId: string): string => `metric-${metricId}`;
export const metricIdOf = (name: string): string => uuidV5('metric', name);

/** Storage format. */
export type MetricEvent = DomainEvent<'MetricCreated', { name: string }>;
export type MetricState = { name: string | undefined };
export type MetricCommand = { type: 'CreateMetric'; name: string };

export const metric: Decider<MetricCommand, MetricEvent, MetricState> = {
  initialState: { name: undefined },
  evolve: (_state, event) => ({ name: event.data.name }),
  decide({ name }, state) {
    if (name.trim() === '') throw new RuleViolation('metric_name_missing', 'A metric needs a name.', '/name');
    if (name.length > 128) {
      throw new RuleViolation('metric_name_too_long', "A metric's name has at most 128 characters.", '/name');
    }
    return state.name === undefined ? [{ type: 'MetricCreated', data: { name } }] : [];
  },
};
