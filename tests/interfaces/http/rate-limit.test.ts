import { expect } from 'chai';
import { RetryWithExponentialBackoff } from 'klaviyo-api';
import { type Document, type RunningServer, sdk, startServer } from './running-server.js';

describe('The rate limit', () => {
  let server: RunningServer;

  before(async () => {
    server = await startServer(undefined, { env: { HOOKLEDGER_RATE_LIMIT: '1' } });
  });
  after(() => server.stop());

  const withKey = (key: string) => ({ headers: { authorization: `Klaviyo-API-Key ${key}` } });

  it('throttles a key that asks too often, in the words of Klaviyo, and no other key', async () => {
    const key = await server.issueKey();
    const answers: Response[] = [];
    for (let n = 0; n < 4; n++) answers.push(await server.fetch('GET', '/api/lists', withKey(key)));
    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200, 429]);

    const figures = answers.map(({ headers }) => [headers.get('ratelimit-limit'), headers.get('ratelimit-remaining')]);
    expect(figures).to.deep.equal([
      ['3', '2'],
      ['3', '1'],
      ['3', '0'],
      ['3', '0'],
    ]);
    expect(answers[0]?.headers.get('ratelimit-reset')).to.equal('1');
    expect(answers[3]?.headers.get('retry-after')).to.equal('1');
    const [refused] = await Promise.all(answers.slice(3).map((answer) => answer.json() as Promise<Document>));
    expect(refused?.errors).to.have.length(1);
    expect(refused?.errors[0]).to.deep.include({
      status: 429,
      code: 'throttled',
      title: 'Request was throttled.',
      detail: 'Request was throttled. Expected available in 1 second.',
      source: { pointer: '/data/' },
    });

    expect((await server.fetch('GET', '/api/lists', withKey(await server.issueKey()))).status).to.equal(200);
  });

  it('is before the body: what it holds is not looked at', async () => {
    const key = await server.issueKey();
    const send = () => server.fetch('POST', '/api/events', { ...withKey(key), body: '{"broken' });
    for (let n = 0; n < 3; n++) expect((await send()).status).to.equal(400);
    expect((await send()).status).to.equal(429);
  });

  it("is waited for by Klaviyo's own client, which gets through", async () => {
    const { lists } = sdk(server.url, await server.issueKey(), new RetryWithExponentialBackoff());
    const throttledBefore = await throttledSoFar();
    for (let n = 0; n < 4; n++) {
      expect((await lists.getLists()).response.status).to.equal(200);
    }
    expect(await throttledSoFar()).to.be.greaterThan(throttledBefore);
  });

  async function throttledSoFar(): Promise<number> {
    const figures = await (await fetch(`${server.url}/metrics`)).text();
    const count = /_count\{(?=[^}]*http_route="\/api\/lists")(?=[^}]*http_response_status_code="429")[^}]*\} (\d+)/;
    return Number(count.exec(figures)?.[1] ?? 0);
  }
});

describe('Without a rate limit', () => {
  it('nothing is throttled, and nothing is said of it', async () => {
    const server = await startServer(undefined, { env: { HOOKLEDGER_RATE_LIMIT: '0' } });
    try {
      for (let n = 0; n < 5; n++) {
        const { status, headers } = await server.fetch('GET', '/api/lists');
        expect({ status, limit: headers.get('ratelimit-limit') }).to.deep.equal({ status: 200, limit: null });
      }
    } finally {
      await server.stop();
    }
  });
});
