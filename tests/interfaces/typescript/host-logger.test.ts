import { expect } from 'chai';
import Fastify from 'fastify';
import { pino } from 'pino';
import { createHookledger } from '../../../src/index.js';
import { toHostLogger } from '../../../src/interfaces/typescript/host-logger.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** A pino whose lines can be read. */
function readLogger() {
  const lines: Record<string, unknown>[] = [];
  const logger = pino({ level: 'trace', base: null }, { write: (line: string) => lines.push(JSON.parse(line)) });
  return { logger, lines };
}

describe("The host's logger", () => {
  it('hears what there is to say, and nothing else writes', async () => {
    const folder = temporaryFolder();
    const { logger, lines } = readLogger();
    const hookledger = await createHookledger({ data: folder.path, logger });
    await hookledger.close();
    folder.remove();
    expect(lines.map(({ msg }) => msg)).to.deep.equal([
      'no masterKey is given, so the master key is kept in keys.db (mode 600): back it up, apart from the events, since what is sealed opens with nothing else',
    ]);
  });

  it('can be that of a fastify', async () => {
    const folder = temporaryFolder();
    const { logger, lines } = readLogger();
    const app = Fastify({ loggerInstance: logger });
    const hookledger = await createHookledger({ data: folder.path, logger: app.log });
    await hookledger.close();
    folder.remove();
    expect(lines).to.have.lengthOf(1);
  });

  it('is told no secret, whoever logs', () => {
    const { logger, lines } = readLogger();
    const log = toHostLogger(logger);
    const error = Object.assign(new Error('no answer from https://me:pass@host/x?key=1'), { headers: { a: 'secret' } });
    log.child({ workerId: 'w', apiKey: 'hk_abc' }).error({ error, deliveryId: 'd', body: 'private' }, 'with hk_abc');
    log.warn(new Error('Bearer abc'));
    log.info('alone');
    const [first, second, third] = lines as [Record<string, unknown>, Record<string, unknown>, Record<string, unknown>];
    expect(first).to.include({ level: 50, workerId: 'w', deliveryId: 'd', body: '[redacted]', apiKey: '[redacted]' });
    expect(first.msg).to.equal('with hk_[redacted]');
    expect((first.error as Error).message).to.equal('no answer from https://[redacted]@host/x?[redacted]');
    expect((second.err as Error).message).to.equal('Bearer [redacted]');
    expect(third).to.include({ level: 30, msg: 'alone' });
    expect(JSON.stringify(lines)).not.to.match(/pass@|private|hk_abc|"secret"/);
  });
});
