import type { ActionChange, ActionDefinition, FlowDefinition } from '../../application/commands/flows.js';
import type { Vault } from '../../application/ports/vault.js';
import { restoreHeaders } from '../../application/sealing/header-values.js';
import type { FlowTrigger } from '../../domain/flow/flow-trigger.js';
import type { TimeDelay } from '../../domain/flow/time-delay.js';
import { locate } from '../../domain/kernel/rule-violation.js';
import { filterOf } from './schemas/filter-schemas.js';
import type { CreateFlowBody, GivenAction, GivenTrigger } from './schemas/flow-schemas.js';

/** A flow as the request has it. */
export function givenFlow({ data }: CreateFlowBody, vault: Vault): FlowDefinition {
  const { name, definition } = data.attributes;
  const [trigger] = definition.triggers;
  if (trigger === undefined) throw new Error('The schema lets no definition without a trigger pass.');
  const { profile_filter, reentry_criteria, entry_action_id, actions } = definition;
  return {
    name,
    trigger: givenTrigger(trigger),
    ...(profile_filter == null ? {} : { profileFilter: filterOf(profile_filter) }),
    ...(reentry_criteria == null ? {} : { reentry: reentry_criteria }),
    entryActionId: entry_action_id,
    actions: actions.map((action, index) => locate(`/actions/${index}/data/message`, () => givenAction(action, vault))),
  };
}

/** What starts a flow, as the request has it. */
export function givenTrigger(given: GivenTrigger): FlowTrigger {
  const filter = given.trigger_filter == null ? {} : { filter: filterOf(given.trigger_filter) };
  switch (given.type) {
    case 'metric':
      return { type: given.type, id: given.id, ...filter };
    case 'list':
    case 'segment':
      return { type: given.type, id: given.id };
    case 'date':
      return {
        type: given.type,
        property: given.date_profile_property,
        before: { unit: given.timedelta_unit_before_date, value: given.timedelta_value_before_date },
        recurrence: given.recurrence_frequency,
        timezone: given.timezone,
        time: given.trigger_time,
        ...(given.trigger_days == null ? {} : { weekdays: given.trigger_days }),
      };
    case 'price-drop':
      return {
        type: given.type,
        ...filter,
        amount: given.price_drop_amount_value,
        unit: given.price_drop_amount_unit,
        currency: given.currency_type,
        audience: given.audience,
        timeframeDays: given.timeframe_days,
      };
    case 'low-inventory':
      return {
        type: given.type,
        ...filter,
        level: given.product_level,
        count: given.inventory_count,
        audience: given.audience,
        timeframeDays: given.timeframe_days,
      };
  }
}

function givenAction(given: GivenAction, vault: Vault): ActionDefinition {
  const temporaryId = given.temporary_id as string;
  switch (given.type) {
    case 'send-webhook': {
      const { message, status } = given.data;
      return {
        temporaryId,
        type: given.type,
        next: given.links?.next ?? null,
        status: status ?? 'draft',
        configuration: {
          name: message.name ?? '',
          url: message.url,
          headers: restoreHeaders(message.headers ?? {}, {}, vault),
          // The least that is JSON: a webhook without a body of its own says only that the flow came to it.
          body: message.body || '{}',
        },
      };
    }
    case 'time-delay':
      return { temporaryId, type: given.type, next: given.links?.next ?? null, delay: givenDelay(given.data) };
    case 'conditional-split':
      return {
        temporaryId,
        type: given.type,
        nextIfTrue: given.links?.next_if_true ?? null,
        nextIfFalse: given.links?.next_if_false ?? null,
        filter: filterOf(given.data.profile_filter),
      };
  }
}

type GivenDelay = Extract<GivenAction, { type: 'time-delay' }>['data'];

const givenDelay = (given: GivenDelay): TimeDelay => ({
  unit: given.unit,
  value: given.value,
  ...(given.secondary_value == null ? {} : { secondaryValue: given.secondary_value }),
  ...(given.delay_until_time == null ? {} : { untilTime: given.delay_until_time }),
  ...(given.delay_until_weekdays == null ? {} : { untilWeekdays: given.delay_until_weekdays }),
  timezone: given.timezone,
});

/** A changed action as the request has it; of a webhook action, what isn't given stays as it is. */
export function givenActionChange(given: GivenAction, vault: Vault): ActionChange {
  switch (given.type) {
    case 'send-webhook': {
      const { message, status } = given.data;
      const change: ActionChange = {
        configure: (present) => ({
          name: message.name ?? present.name,
          url: message.url,
          headers: message.headers == null ? present.headers : restoreHeaders(message.headers, present.headers, vault),
          body: message.body || present.body,
        }),
      };
      if (status != null) change.status = status;
      return change;
    }
    case 'time-delay':
      return { delay: givenDelay(given.data) };
    case 'conditional-split':
      return { filter: filterOf(given.data.profile_filter) };
  }
}
