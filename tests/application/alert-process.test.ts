import { expect } from 'chai';
import { type Logger, SILENT } from '../../src/application/ports/logger.js';
import { AlertProcess } from '../../src/application/process-managers/alert-process.js';
import { HealthQueries } from '../../src/projections/health/health-queries.js';
import { OUTCOMES } from '../projections/history-maker.js';
import { ActionWatch } from './action-watch.js';

const MINUTE = 60_000;

describe('The alert process manager', () => {
  let watch: ActionWatch;
  let warned: object[];

  beforeEach(async () => {
    watch = await ActionWatch.make();
    warned = [];
  });
  afterEach(() => watch.remove());

  const settle = (failures = 3): Promise<void> => {
    const { maker, side } = watch;
    const logger: Logger = { ...SILENT, warn: (fields) => void warned.push(fields) };
    const health = new HealthQueries(side.database.reader);
    const threshold = { failures, windowMinutes: 60 };
    return watch.settle(new AlertProcess(maker.aggregates, health, side.progress, threshold, maker.clock, logger));
  };
  const fail = async (times: number, outcome: keyof typeof OUTCOMES = 'gone'): Promise<void> => {
    for (let time = 0; time < times; time++) {
      const [id] = (await watch.maker.report(1)) as [string];
      await watch.maker.attempt(id, OUTCOMES[outcome]);
    }
  };
  const alerts = async () => (await watch.recorded('WebhookActionAlerted')).map(({ data }) => data);

  it('alerts once as many deliveries failed within the window as are too many, and says so in the log', async () => {
    await fail(2);
    await settle();
    expect(await alerts()).to.deep.equal([]);
    watch.maker.clock.advance(30 * MINUTE);
    await fail(1);
    await settle();
    const alert = { failures: 3, windowMinutes: 60, at: '2026-03-01T08:30:00.000Z' };
    expect(await alerts()).to.deep.equal([{ flowId: watch.maker.flowIds[0], ...alert }]);
    expect(warned).to.deep.equal([{ actionId: watch.actionId, failures: 3, windowMinutes: 60 }]);
    expect(await new HealthQueries(watch.side.database.reader).totals()).to.deep.equal({ suspended: 0, alerts: 1 });
  });

  it('alerts again only after a window, if it still fails', async () => {
    await fail(3);
    await settle();
    watch.maker.clock.advance(59 * MINUTE);
    await fail(3);
    await settle();
    expect(await alerts()).to.have.lengthOf(1);
    watch.maker.clock.advance(MINUTE);
    await fail(1);
    await settle();
    expect((await alerts()).map(({ at }) => at)).to.deep.equal([
      '2026-03-01T08:00:00.000Z',
      '2026-03-01T09:00:00.000Z',
    ]);
    expect(warned).to.have.lengthOf(2);
  });

  it('counts what came to its end, not each attempt, and nothing that is older than the window', async () => {
    await fail(5, 'unavailable');
    await fail(2);
    watch.maker.clock.advance(61 * MINUTE);
    await fail(2);
    await settle();
    expect(await alerts()).to.deep.equal([]);
  });

  it('says nothing of what is over by the time that it is read', async () => {
    await fail(5);
    watch.maker.clock.advance(61 * MINUTE);
    await settle();
    expect(await alerts()).to.deep.equal([]);
  });

  it('never alerts where the threshold is 0', async () => {
    await fail(5);
    await settle(0);
    expect(await alerts()).to.deep.equal([]);
  });
});
