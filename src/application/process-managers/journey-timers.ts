import type { Clock } from '../ports/clock.js';
import type { DueJourneys } from '../ports/due-journeys.js';
import { BEFORE_ALL, type Position } from '../ports/event-store.js';
import type { Logger } from '../ports/logger.js';
import type { ReadModels } from '../ports/read-models.js';
import type { JourneyProcess } from './journey-process.js';
import type { TimedWork } from './timed-work.js';

/** How many go on side by side. */
const AT_ONCE = 250;

/** Lets profiles go on whose time delay is over. */
export class JourneyTimers implements TimedWork {
  readonly name = 'journeys';

  constructor(
    private readonly journeys: DueJourneys,
    private readonly process: Pick<JourneyProcess, 'resume'>,
    private readonly readModels: ReadModels,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  nextDueAt(): Promise<number | undefined> {
    return this.journeys.nextDueAt();
  }

  async carryOut(): Promise<boolean> {
    const ids = await this.journeys.due(this.clock.now(), AT_ONCE);
    const positions = await Promise.all(ids.map((id) => this.resume(id)));
    const last = Math.max(BEFORE_ALL, ...positions);
    await this.readModels.caughtUpTo(last);
    return last > BEFORE_ALL;
  }

  /** One that fails holds nobody else up. */
  private async resume(journeyId: string): Promise<Position> {
    try {
      return await this.process.resume(journeyId);
    } catch (error) {
      this.logger.error({ error, stream: `journey-${journeyId}` }, 'a profile could not go on in its flow');
      return BEFORE_ALL;
    }
  }
}
