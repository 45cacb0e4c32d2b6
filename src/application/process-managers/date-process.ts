import { profileProperty } from '../../domain/filter/property-of.js';
import { dateSchedule, dateScheduleStream } from '../../domain/flow/date-schedule.js';
import { daysDue, nextDueAt, plainDateOf } from '../../domain/flow/date-trigger.js';
import type { DateTrigger } from '../../domain/flow/flow-trigger.js';
import { type ProfileAttributes, profile, profileStream } from '../../domain/profile/profile.js';
import { timeZoneOf } from '../../domain/profile/profile-time-zone.js';
import { triggerIdOf } from '../../domain/trigger/trigger.js';
import type { AggregateStore } from '../aggregate-store.js';
import { engineActor } from '../command-context.js';
import type { AllProfiles } from '../ports/all-profiles.js';
import type { Clock } from '../ports/clock.js';
import { BEFORE_ALL, type EventStore } from '../ports/event-store.js';
import type { LiveFlows } from '../ports/live-flows.js';
import type { ReadModels } from '../ports/read-models.js';
import type { TimedWork } from './timed-work.js';
import type { TriggerProcess } from './trigger-deliveries.js';

const ACTOR = engineActor('date-process');

/** A live flow that dates start, and the time up to which its days are worked through; epoch milliseconds. */
interface Schedule {
  flowId: string;
  trigger: DateTrigger;
  since: number;
}

/**
 * Starts flows by dates of profiles. At each time that a flow's trigger names, all profiles are looked through, and those that
 * are due since the last time start the flow; then the time is recorded. So the work of days on which the engine stood still is
 * made up for, and what is done twice after a crash in the middle is the same triggers, which count once.
 *
 * Nothing about the dates is kept anywhere else, since they are personal.
 */
export class DateProcess implements TimedWork {
  readonly name = 'date-triggers';

  constructor(
    private readonly liveFlows: Pick<LiveFlows, 'ofType'>,
    private readonly profiles: AllProfiles,
    private readonly aggregates: AggregateStore,
    private readonly triggers: TriggerProcess,
    private readonly eventStore: Pick<EventStore, 'headPosition'>,
    private readonly readModels: ReadModels,
    private readonly clock: Clock,
  ) {}

  async nextDueAt(): Promise<number | undefined> {
    const times = (await this.schedules()).map(({ trigger, since }) => nextDueAt(trigger, since));
    return times.length === 0 ? undefined : Math.min(...times);
  }

  async carryOut(signal: AbortSignal): Promise<boolean> {
    const now = this.clock.now();
    const due = (await this.schedules()).filter(({ trigger, since }) => nextDueAt(trigger, since) <= now);
    // Whoever was there by now is looked at.
    await this.readModels.caughtUpTo(await this.eventStore.headPosition());
    let last = BEFORE_ALL;
    for await (const page of this.profiles.all()) {
      if (signal.aborted) return true;
      const started = page.flatMap(({ profileId, attributes }) =>
        due
          .filter((schedule) => daysOf(schedule, attributes, now).length > 0)
          .map((schedule) => this.start(schedule, profileId, now)),
      );
      last = Math.max(last, ...(await Promise.all(started)));
    }
    for (const { flowId } of due) {
      const advance = { type: 'AdvanceDateSchedule', until: new Date(now).toISOString() } as const;
      const context = { actor: ACTOR, correlationId: flowId, causationId: flowId };
      const { position } = await this.aggregates.execute(dateSchedule, dateScheduleStream(flowId), advance, context);
      last = Math.max(last, position);
    }
    await this.readModels.caughtUpTo(last);
    return true;
  }

  private async schedules(): Promise<readonly Schedule[]> {
    const schedules: Schedule[] = [];
    for (const { flowId, trigger, liveSince } of this.liveFlows.ofType('date')) {
      if (trigger.type !== 'date') continue;
      const { until } = await this.aggregates.load(dateSchedule, dateScheduleStream(flowId));
      schedules.push({ flowId, trigger, since: Math.max(liveSince, until ?? liveSince) });
    }
    return schedules;
  }

  /** Decides once more, by the profile as it is: the read side may have been a little behind. */
  private async start(schedule: Schedule, profileId: string, now: number): Promise<number> {
    const { flowId, trigger } = schedule;
    const correlationId = triggerIdOf('date', flowId, profileId, String(now));
    const context = { actor: ACTOR, correlationId, causationId: correlationId };
    const { position } = await this.aggregates.transact(context, async (work) => {
      const state = await work.load(profile, profileStream(profileId));
      if (state.status !== 'known') return;
      for (const day of daysOf(schedule, state.attributes, now)) {
        const data = {
          kind: 'date',
          name: trigger.property,
          sourceId: flowId,
          profileId,
          properties: {},
          occurredAt: work.time,
          uniqueId: day,
          backfill: false,
        } as const;
        await this.triggers.start(work, data, state);
      }
    });
    return position;
  }
}

function daysOf({ trigger, since }: Schedule, attributes: ProfileAttributes, now: number): string[] {
  const date = plainDateOf(profileProperty(attributes, trigger.property));
  return date === undefined ? [] : daysDue(trigger, date, timeZoneOf(attributes), since, now);
}
