import { pino } from 'pino';
import { AggregateStore } from '../../src/application/aggregate-store.js';
import type { CommandContext } from '../../src/application/command-context.js';
import { AudienceCommands } from '../../src/application/commands/audiences.js';
import { FlowCommands } from '../../src/application/commands/flows.js';
import { ProfileCommands } from '../../src/application/commands/profiles.js';
import { BEFORE_ALL, type RecordedEvent } from '../../src/application/ports/event-store.js';
import { DateProcess } from '../../src/application/process-managers/date-process.js';
import { SegmentMembership } from '../../src/application/process-managers/segment-membership.js';
import { SegmentPopulation } from '../../src/application/process-managers/segment-population.js';
import { createContainer, TOKENS } from '../../src/container.js';
import type { Filter } from '../../src/domain/filter/filter.js';
import type { DateTrigger } from '../../src/domain/flow/flow-trigger.js';
import { Engine } from '../../src/engine.js';
import { ProcessCheckpoints } from '../../src/projections/process-checkpoints.js';
import { ProjectionProgress } from '../../src/projections/projection-progress.js';
import { Projector } from '../../src/projections/projector.js';
import { readSettings } from '../../src/settings.js';
import { EVERY_ENDPOINT_IS_GOOD } from '../../tests/support/endpoints.js';
import { definition, webhook } from '../../tests/support/flow-definition.js';
import { ShiftedClock } from '../../tests/support/shifted-clock.js';
import { temporaryFolder } from '../../tests/support/temporary-folder.js';
import { type BenchResult, rounded } from '../result.js';

const PROFILES = Number(process.env.BENCH_PROFILES ?? 100_000);
const AT_ONCE = 500;
const DAY = 86_400_000;

/** Of so many, one has the date today, and one is of the segment. */
const ONE_IN = 100;

const CONTEXT: CommandContext = {
  actor: { kind: 'cli', id: 'bench', name: 'bench' },
  correlationId: 'bench',
  causationId: 'bench',
};

/**
 * What looks at every profile: a date flow's scan, which opens what is sealed, and the population of a segment, which loads each
 * from its stream. Both against reading the same rows bare.
 */
export async function run(): Promise<BenchResult> {
  const folder = temporaryFolder();
  const clock = new ShiftedClock();
  const container = await createContainer(readSettings({ data: folder.path }, {}), pino({ level: 'silent' }));
  container.rebind(TOKENS.Clock).toConstantValue(clock);
  (await container.rebind(TOKENS.EndpointChecker)).toConstantValue(EVERY_ENDPOINT_IS_GOOD);
  const engine = container.get(Engine);
  const eventStore = container.get(TOKENS.EventStore);
  const progress = container.get(ProjectionProgress);
  const models = container.get(TOKENS.ReadModelDatabase);
  // The engine's own timers hold no process open.
  const open = setInterval(() => {}, 1_000);
  try {
    // The read models alone are kept: what is measured is done by hand.
    await models.prepare(eventStore);
    await models.follow(progress);
    await container.get(Projector).prepare();
    container.get(Projector).start();
    const caughtUp = async (): Promise<void> => progress.caughtUpTo(await eventStore.headPosition());
    const today = new Date(clock.now() + DAY).toISOString().slice(0, 10);
    const flows = container.get(FlowCommands);
    const { flowId } = (await flows.create(definition(RENEWAL, [webhook('a', null)]), CONTEXT)).result;
    await flows.changeStatus(flowId, 'live', CONTEXT);
    await makeProfiles(container.get(ProfileCommands), today);
    await caughtUp();

    const bare = await secondsOf(async () => {
      for (let after = BEFORE_ALL; ; ) {
        const rows = await models.reader
          .selectFrom('profiles')
          .selectAll()
          .where('position', '>', after)
          .orderBy('position')
          .limit(AT_ONCE)
          .execute();
        const last = rows.at(-1);
        if (last === undefined) return;
        after = Number(last.position);
      }
    });
    clock.advance(DAY);
    const dates = await secondsOf(() => container.get(DateProcess).carryOut(new AbortController().signal));
    const { position } = await container.get(AudienceCommands).create('segment', 'Gold', CONTEXT, GOLD);
    await progress.caughtUpTo(position);
    const created = await eventAt(container, position);
    const population = new SegmentPopulation(
      container.get(AggregateStore),
      container.get(SegmentMembership),
      container.get(TOKENS.Queries).profiles,
      progress,
      new ProcessCheckpoints(models.writer),
    );
    const segment = await secondsOf(() => population.react([created]));
    return {
      name: `looking at all of ${PROFILES} profiles against reading their rows`,
      ratio: rounded(bare / dates, 3),
      target: 0,
      detail: {
        'a date scan against the bare read': rounded(bare / dates, 3),
        'a population against the bare read': rounded(bare / segment, 3),
        'rows read bare a second': rounded(PROFILES / bare, 0),
        'profiles scanned for a date a second': rounded(PROFILES / dates, 0),
        'profiles looked at for a segment a second': rounded(PROFILES / segment, 0),
      },
    };
  } finally {
    await container.get(Projector).stop();
    await engine.stop();
    clearInterval(open);
    folder.remove();
  }
}

const GOLD: Filter = {
  conditionGroups: [
    {
      conditions: [
        {
          type: 'profile-property',
          property: "properties['tier']",
          filter: { type: 'string', operator: 'equals', value: 'gold' },
        },
      ],
    },
  ],
};

const RENEWAL: DateTrigger = {
  type: 'date',
  property: 'renewal',
  before: { unit: 'days', value: 0 },
  recurrence: 'never',
  timezone: 'UTC',
  time: '00:00:00',
};

async function makeProfiles(profiles: ProfileCommands, today: string): Promise<void> {
  let next = 0;
  const maker = async (): Promise<void> => {
    while (next < PROFILES) {
      const n = next++;
      const one = n % ONE_IN === 0;
      const properties = { renewal: one ? today : '2020-02-29', tier: one ? 'gold' : 'silver' };
      await profiles.createOrUpdate({ attributes: { email: `customer-${n}@example.com`, properties } }, CONTEXT);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, maker));
}

async function eventAt(
  container: Awaited<ReturnType<typeof createContainer>>,
  position: number,
): Promise<RecordedEvent> {
  for await (const [event] of container.get(TOKENS.SealedEventStore).readAll({ after: position - 1, batchSize: 1 })) {
    if (event !== undefined) return event;
  }
  throw new Error(`There is no event at ${position}.`);
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
}
