import { matches } from '../../domain/filter/match-filter.js';
import { type FlowState, flow, flowStream } from '../../domain/flow/flow.js';
import { type JourneyEnd, journey, journeyStream, type WaitingJourney } from '../../domain/journey/journey.js';
import { profile, profileStream } from '../../domain/profile/profile.js';
import { type TriggerData, triggerStream } from '../../domain/trigger/trigger.js';
import { webhookAction, webhookActionStream } from '../../domain/webhook-action/webhook-action.js';
import type { AggregateStore, UnitOfWork } from '../aggregate-store.js';
import { engineActor } from '../command-context.js';
import { BEFORE_ALL, type EventStore, type Position } from '../ports/event-store.js';
import type { LiveAction } from '../ports/live-flows.js';
import type { FlowSteps } from './flow-steps.js';

const ACTOR = engineActor('journey-process');

/** Takes a profile whose time delay is over on through its flow, as flow and profile are by then. */
export class JourneyProcess {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly eventStore: EventStore,
    private readonly steps: FlowSteps,
  ) {}

  /**
   * The delay's end and what follows at once are recorded together, so that whoever comes second does nothing.
   * @returns the position of what was recorded
   */
  async resume(journeyId: string): Promise<Position> {
    const stream = journeyStream(journeyId);
    const { waiting: known } = await this.aggregates.load(journey, stream);
    const started = known && (await this.eventStore.readStream(triggerStream(known.triggerId), { limit: 1 }))[0];
    // A trigger is written after the journeys that it began: it was stopped in between, and whoever tries again completes it.
    if (started === undefined) return BEFORE_ALL;
    const context = { actor: ACTOR, correlationId: started.metadata.correlationId, causationId: started.id };
    const { position } = await this.aggregates.transact(context, async (work) => {
      const { status, waiting } = await work.load(journey, stream);
      if (status !== 'waiting' || waiting === undefined) return;
      // It may wait at another delay by now.
      if (Date.parse(waiting.dueAt) > Date.parse(work.time)) return;
      await work.decide(journey, stream, { type: 'ResumeJourney' });
      const end = await this.goOn(work, waiting, started.data as TriggerData, work.lastEventId(stream) as string);
      if (end !== undefined) await work.decide(journey, stream, { type: 'EndJourney', reason: end });
      work.writeLast(stream);
    });
    return position;
  }

  /** @returns why it ended; undefined where it waits again */
  private async goOn(
    work: UnitOfWork,
    waiting: WaitingJourney,
    trigger: TriggerData,
    causationId: string,
  ): Promise<JourneyEnd | undefined> {
    const { flowId, triggerId, profileId } = waiting;
    const person = await work.load(profile, profileStream(profileId));
    if (person.status !== 'known') return 'profile_forgotten';
    const present = await work.load(flow, flowStream(flowId));
    if (present.status === 'deleted') return 'flow_deleted';
    const { profileFilter } = present;
    if (profileFilter !== undefined && !matches(profileFilter, person, Date.parse(work.time))) return 'filtered_out';
    const by = { triggerId, trigger, profile: person };
    const walk = { flowId, nodes: present.actions, actions: await liveFlowsOf(work, present) };
    const from = nextAfter(waiting, present);
    const { waits } = await this.steps.take(work, walk, from, by, this.steps.variables(by), causationId);
    return waits ? undefined : 'completed';
  }
}

/** What follows the delay now; what followed it then, where the delay was taken out since. */
function nextAfter({ actionId, next }: WaitingJourney, { actions }: FlowState): string | null {
  const delay = actions.find(({ id }) => id === actionId);
  return delay !== undefined && delay.type === 'time-delay' ? delay.next : next;
}

async function liveFlowsOf(work: UnitOfWork, { actions }: FlowState): Promise<ReadonlyMap<string, LiveAction>> {
  const live = new Map<string, LiveAction>();
  for (const { id, type } of actions) {
    if (type !== 'send-webhook') continue;
    const { status, configuration, revision } = await work.load(webhookAction, webhookActionStream(id));
    if (status !== 'live' || configuration === undefined) continue;
    live.set(id, { actionId: id, revision, url: configuration.url, body: configuration.body });
  }
  return live;
}
