/**
 * What has to be true of a profile, or of what triggered a flow: in every group at least one condition.
 * Source: Klaviyo's `condition_groups`, joined by AND, whose `conditions` are joined by OR.
 */
export interface Filter {
  conditionGroups: readonly { conditions: readonly Condition[] }[];
}

/** One thing that has to be true. */
export type Condition = ProfilePropertyCondition | GroupMembershipCondition | TriggerPropertyCondition;

/** `property` is an attribute (`email`, `location.country`) or the name of a custom property, bare or as `properties['Name']`. */
export interface ProfilePropertyCondition {
  type: 'profile-property';
  property: string;
  filter: ValueFilter;
}

/** Whether the profile is in any of these lists or segments; or in none of them. */
export interface GroupMembershipCondition {
  type: 'profile-group-membership';
  isMember: boolean;
  groupIds: readonly string[];
}

/** A property of what triggered the flow; `field` is its name. */
export interface TriggerPropertyCondition {
  type: 'metric-property' | 'price-drop-property' | 'low-inventory-property';
  metricId: string | null;
  field: string;
  filter: ValueFilter;
}

/** Klaviyo's filters of one value, with Klaviyo's own names. */
export type ValueFilter =
  | { type: 'string'; operator: StringOperator; value: string | null }
  | {
      type: 'string';
      operator: 'in' | 'not-in' | 'phone-country-code-in' | 'phone-country-code-not-in';
      value: readonly string[];
    }
  | { type: 'numeric'; operator: NumericOperator; value: number }
  | { type: 'numeric'; operator: 'between'; start: number; end: number }
  | { type: 'boolean'; operator: 'equals'; value: boolean }
  | { type: 'date'; operator: 'before' | 'after'; date: string }
  | { type: 'date'; operator: 'between-static'; start: string; end: string }
  | { type: 'date'; operator: 'at-least' | 'in-the-last' | 'in-the-next'; unit: DateUnit; quantity: number }
  | { type: 'date'; operator: 'anniversary-last' | 'anniversary-next'; unit: DateUnit; quantity: number }
  | { type: 'date'; operator: 'between'; start: number; end: number; unit: DateUnit }
  | { type: 'date'; operator: 'calendar-month'; value: number }
  | { type: 'date'; operator: 'anniversary' | 'anniversary-month' }
  | { type: 'list'; operator: 'contains' | 'not-contains'; value: string | number | null }
  | { type: 'list'; operator: ListLengthOperator; value: number }
  | { type: 'existence'; operator: 'is-set' | 'not-set' };

export type StringOperator =
  | 'contains'
  | 'ends-with'
  | 'equals'
  | 'not-contains'
  | 'not-ends-with'
  | 'not-equals'
  | 'not-starts-with'
  | 'nregex'
  | 'regex'
  | 'starts-with';

export type NumericOperator =
  | 'equals'
  | 'greater-than'
  | 'greater-than-or-equal'
  | 'less-than'
  | 'less-than-or-equal'
  | 'not-equals';

export type ListLengthOperator =
  | 'length-equals'
  | 'length-greater-than'
  | 'length-greater-than-or-equal'
  | 'length-less-than'
  | 'length-less-than-or-equal';

export type DateUnit = 'hour' | 'day' | 'week';
