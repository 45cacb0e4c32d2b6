import type { BackPressure } from '../../application/back-pressure.js';
import type { EventCommands, EventOutcome, ReportedEvent } from '../../application/commands/events.js';
import type { Clock } from '../../application/ports/clock.js';
import type { StartedTrigger } from '../../application/process-managers/trigger-deliveries.js';
import { locate } from '../../domain/kernel/rule-violation.js';
import { BacklogFull } from './backlog-full.js';
import { checkedEvent } from './checked-input.js';
import type { Durable, RepeatableOptions } from './command-options.js';
import type { Contexts } from './contexts.js';

/** What happened to profiles, and may start flows. */
export interface Events {
  /**
   * Records an event, what is new about its profile, and one delivery for each live action that it starts: all of it is durable
   * once this resolves, and sending goes on by itself. The same event twice is one.
   * @throws RuleViolation `input_invalid`, `profile_unknown`, `profile_identifier_missing` with a pointer into the event;
   * {@link BacklogFull} while too much waits
   */
  receive(event: ReportedEvent, options?: RepeatableOptions): Promise<Durable & StartedTrigger>;
  /**
   * Records many events, each by itself and side by side.
   * @returns what became of each, in the order given
   * @throws RuleViolation for the first that can't be taken, then nothing is recorded; {@link EventsUnfinished} where some
   * failed, then the others are recorded; {@link BacklogFull} while too much waits
   */
  receiveAll(
    events: readonly ReportedEvent[],
    options?: RepeatableOptions,
  ): Promise<Durable & { outcomes: readonly EventOutcome[] }>;
}

export function eventsOf(
  commands: EventCommands,
  contexts: Contexts,
  clock: Clock,
  backPressure: BackPressure,
): Events {
  const refuseBacklog = async (): Promise<void> => {
    const seconds = await backPressure.retryAfter();
    if (seconds !== undefined) throw new BacklogFull(seconds);
  };
  return {
    async receive(event, options = {}) {
      await refuseBacklog();
      const checked = checkedEvent(event, clock);
      const { result, position } = await commands.receive(
        checked,
        await contexts.of(options, ['events.receive', checked]),
      );
      return { ...result, position };
    },
    async receiveAll(events, options = {}) {
      await refuseBacklog();
      const checked = events.map((event, index) => locate(`/${index}`, () => checkedEvent(event, clock)));
      const context = await contexts.of(options, ['events.receiveAll', checked]);
      const { result: outcomes, position } = await commands.receiveAll(checked, context);
      return { outcomes, position };
    },
  };
}
