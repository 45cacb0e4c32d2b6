import { expect } from 'chai';
import { createLogger } from '../../../src/infrastructure/observability/pino-logger.js';

/** Stands for whatever must not be logged; no pattern knows it, so that only its place can keep it out. */
const SECRET = 'correct-horse-battery-staple';

describe('The log', () => {
  const logged = (log: (logger: ReturnType<typeof createLogger>) => void): string => {
    const lines: string[] = [];
    log(createLogger('trace', { write: (line) => void lines.push(line) }));
    return lines.join('');
  };
  const parsed = (line: string) => JSON.parse(line) as Record<string, unknown>;

  it('says what went wrong, and where', () => {
    const cause = Object.assign(new Error('no route to host'), { code: 'EHOSTUNREACH' });
    const error = new TypeError('the store is away', { cause });
    const line = parsed(logged((log) => log.error({ error, requestId: 'r1', deliveries: 3 }, 'a request failed')));

    expect(line).to.include({ level: 50, msg: 'a request failed', requestId: 'r1', deliveries: 3 });
    expect(line.error).to.deep.include({ name: 'TypeError', message: 'the store is away' });
    expect((line.error as Error).stack).to.match(/pino-logger\.test/);
    expect((line.error as Error).cause).to.deep.include({ message: 'no route to host', code: 'EHOSTUNREACH' });
  });

  const hidden: Record<string, (logger: ReturnType<typeof createLogger>) => void> = {
    'an unknown field': (log) => log.info({ something: SECRET }, 'x'),
    'an unknown field that is nested': (log) => log.info({ a: { b: [{ c: SECRET }] } }, 'x'),
    'something nested in a known field': (log) => log.info({ reason: { text: SECRET }, deliveryId: [SECRET] }, 'x'),
    'the headers of a request': (log) => log.info({ req: { headers: { authorization: SECRET } } }, 'x'),
    'a field of a child logger': (log) => log.child({ session: SECRET }).info({}, 'x'),
    'a field named as something that every object has': (log) => log.info({ constructor: SECRET }, 'x'),
    'what hangs on an error': (log) =>
      log.error({ error: Object.assign(new Error('x'), { config: { headers: SECRET } }) }, 'x'),
    'what hangs on the cause of an error': (log) =>
      log.error({ error: new Error('x', { cause: Object.assign(new Error('y'), { body: SECRET }) }) }, 'x'),
    'an error that is an object': (log) => log.error({ error: { response: SECRET } }, 'x'),
    'an error under an unknown name': (log) => log.error({ failure: new Error(SECRET) }, 'x'),
    'what hangs on an error that is logged by itself': (log) =>
      log.error(Object.assign(new Error('x'), { token: SECRET })),
  };
  for (const [what, log] of Object.entries(hidden)) {
    it(`leaves out ${what}`, () => {
      const lines = logged(log);
      expect(lines).not.to.include(SECRET);
      expect(parsed(lines)).to.have.property('msg', 'x');
    });
  }

  const KEY = `hk_${'0'.repeat(32)}_${'s'.repeat(43)}`;
  const texts: [text: string, shown: string][] = [
    [`Authorization: Klaviyo-API-Key ${SECRET} is wrong`, 'Authorization: [redacted]'],
    [`sent Klaviyo-API-Key ${SECRET}, got 401`, 'sent Klaviyo-API-Key [redacted], got 401'],
    [`{"authorization":"Bearer ${SECRET}"}`, '{"authorization":[redacted]'],
    [`Bearer ${SECRET} expired`, 'Bearer [redacted] expired'],
    ['signing with whsec_c2VjcmV0 failed', 'signing with whsec_[redacted] failed'],
    [`the key ${KEY} is revoked`, 'the key hk_[redacted] is revoked'],
    [`postgres://app:p@s/${SECRET}@db:5432/hook failed`, 'postgres://[redacted]@db:5432/hook failed'],
    [`esdb://admin:${SECRET}@node1:2113 failed`, 'esdb://[redacted]@node1:2113 failed'],
    [`host=db password='a ${SECRET}' user=app`, 'host=db password=[redacted] user=app'],
    [`{"password": "a\\"${SECRET}", "n": 1}`, '{"password": [redacted], "n": 1}'],
    [`GET https://shop.example/in?token=${SECRET} failed`, 'GET https://shop.example/in?[redacted] failed'],
    [`GET /api/flows?x=${SECRET} failed`, 'GET /api/flows?[redacted] failed'],
    [`cookie: hookledger_session=${SECRET}; a=b`, 'cookie: [redacted]'],
  ];
  for (const [text, shown] of texts) {
    it(`cuts what is secret out of: ${text.replaceAll(SECRET, '…')}`, () => {
      const error = new Error(text, { cause: new Error(text) });
      const lines = logged((log) => {
        log.error({ error }, text);
        log.error({ error: text }, 'x');
        log.error(error);
        log.info('%s', text);
      });
      expect(lines).not.to.include(SECRET).and.not.to.include('c2VjcmV0').and.not.to.include('ssss');
      expect(parsed(lines.split('\n')[0] ?? '')).to.have.property('msg', shown);
    });
  }

  it('ends with a chain of causes that never ends', () => {
    const error = new Error('x');
    error.cause = error;
    expect(parsed(logged((log) => log.error({ error }, 'x')))).to.have.property('msg', 'x');
  });

  it('takes no long time for a long text', () => {
    const text = 'a://'.repeat(100_000);
    expect(logged((log) => log.info({}, text)).length).to.be.lessThan(10_000);
  });
});
