import { expect } from 'chai';
import fastify, { type FastifyInstance } from 'fastify';
import { ApiError } from '../../../src/interfaces/http/api-error.js';
import { limitFailures, networkOf } from '../../../src/interfaces/http/failed-authentications.js';
import { ManualClock } from '../../support/manual-clock.js';

describe('Failed authentications', () => {
  let app: FastifyInstance;
  let clock: ManualClock;
  /** The keys that were looked at. */
  let looked: string[];

  beforeEach(() => {
    clock = new ManualClock();
    looked = [];
    const authenticate = limitFailures(async (request) => {
      const key = request.headers.authorization ?? '';
      looked.push(key);
      if (!key.startsWith('good')) throw new ApiError('authentication_failed', { detail: 'wrong' });
      const actor = { kind: 'api-key', id: key, name: key } as const;
      request.authorised = { actor, name: key, scopes: [], limitId: key };
    }, clock);
    app = fastify();
    app.decorateRequest('authorised', undefined);
    app.addHook('onRequest', authenticate);
    app.setErrorHandler((error: ApiError, _request, reply) => reply.code(error.status).headers(error.headers).send());
    app.get('/', { config: { scope: 'flows:read' } }, () => 'in');
  });
  afterEach(() => app.close());

  const ask = (key: string, remoteAddress = '192.0.2.1') =>
    app.inject({ url: '/', remoteAddress, headers: { authorization: key } });
  const fail = async (times: number, from?: string): Promise<number[]> => {
    const statuses: number[] = [];
    for (let n = 0; n < times; n++) statuses.push((await ask(`bad ${n}`, from)).statusCode);
    return statuses;
  };

  it('are answered as such thirty times, and then without a look at the key', async () => {
    expect(new Set(await fail(30))).to.deep.equal(new Set([401]));
    looked = [];
    const answer = await ask('good, but not seen before');
    expect({ status: answer.statusCode, after: answer.headers['retry-after'] }).to.deep.equal({
      status: 429,
      after: '2',
    });
    expect(looked).to.deep.equal([]);
  });

  it('come back one every two seconds', async () => {
    await fail(30);
    clock.advance(2_000);
    expect(await fail(2)).to.deep.equal([401, 429]);
  });

  it('of one address are nothing to others, nor to a key that was good before', async () => {
    expect((await ask('good')).statusCode).to.equal(200);
    await fail(31);
    expect((await ask('good')).statusCode).to.equal(200);
    expect((await ask('good too', '192.0.2.2')).statusCode).to.equal(200);
  });

  it('count for the whole /64 of an IPv6 address', async () => {
    await fail(30, '2001:db8:0:1::1');
    expect(await fail(1, '2001:db8:0:1:ffff::2')).to.deep.equal([429]);
    expect(await fail(1, '2001:db8:0:2::1')).to.deep.equal([401]);
    expect(networkOf('::ffff:192.0.2.1')).to.equal('192.0.2.1');
    expect(networkOf('unknown')).to.equal('unknown');
  });
});
