import { expect } from 'chai';
import { Agent, request } from 'undici';
import { CertificateAuthority, type CertificateKind } from './certificate-authority.js';
import { type ReceiverOptions, refusingPort, startReceiver } from './receiver.js';
import { ReceiverProcess } from './receiver-process.js';

describe('the HTTPS receiver of the tests', () => {
  let ca: CertificateAuthority;
  let client: Agent;
  const toClose: { close(): Promise<void> }[] = [];

  before(async () => {
    ca = await CertificateAuthority.create();
  });

  beforeEach(() => {
    client = new Agent({ connect: { ca: ca.pem } });
    toClose.push({ close: () => client.destroy() });
  });

  afterEach(async () => {
    await Promise.all(toClose.splice(0).map((each) => each.close()));
  });

  async function receiver(options: Omit<ReceiverOptions, 'ca'>) {
    const started = await startReceiver({ ca, ...options });
    toClose.push(started);
    return started;
  }

  async function post(url: string, webhookId: string, body = '{}'): Promise<{ status: number; text: string }> {
    const headers = { 'content-type': 'application/json', 'webhook-id': webhookId };
    const answer = await request(`${url}/hook?a=1`, { method: 'POST', headers, body, dispatcher: client });
    return { status: answer.statusCode, text: await answer.body.text() };
  }

  const failure = (promise: Promise<unknown>): Promise<NodeJS.ErrnoException> =>
    promise.then(
      () => expect.fail('It should have failed.'),
      (error) => error,
    );

  it('answers what it is told, counts each webhook-id and keeps the first requests', async () => {
    const it = await receiver({
      answer: ({ attempt }) => (attempt === 1 ? { status: 503 } : { status: 200, body: `attempt ${attempt}` }),
      keepRequests: 2,
    });
    expect(await post(it.url, 'one', '{"name":"Señor"}')).to.deep.equal({ status: 503, text: '' });
    expect(await post(it.url, 'one')).to.deep.equal({ status: 200, text: 'attempt 2' });
    expect(await post(it.url, 'two')).to.deep.equal({ status: 503, text: '' });

    expect(it.received).to.equal(3);
    expect([...it.receivedById]).to.deep.equal([
      ['one', 2],
      ['two', 1],
    ]);
    expect(it.requests).to.have.length(2);
    expect(it.requests[0]).to.deep.include({ method: 'POST', path: '/hook?a=1', body: '{"name":"Señor"}', attempt: 1 });
    expect(it.requests[1]).to.deep.include({ webhookId: 'one', attempt: 2 });
  });

  it('cuts the connection instead of an answer, and counts the request', async () => {
    const it = await receiver({ answer: () => 'reset' });
    expect((await failure(post(it.url, 'one'))).code).to.be.oneOf(['ECONNRESET', 'UND_ERR_SOCKET']);
    expect(it.received).to.equal(1);
  });

  it('closes though a request waits for its answer', async () => {
    let arrived: () => void = () => {};
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const it = await startReceiver({
      ca,
      answer: () => {
        arrived();
        return 'hang';
      },
    });
    const cut = failure(post(it.url, 'one'));
    await arrival;
    await it.close();
    expect((await cut).code).to.be.oneOf(['ECONNRESET', 'UND_ERR_SOCKET']);
    expect(it.received).to.equal(1);
  });

  it('answers a HEAD by itself, and counts only what is posted', async () => {
    const it = await receiver({ answer: () => ({ status: 503 }), keepRequests: 9 });
    const checked = await request(it.url, { method: 'HEAD', dispatcher: client });
    expect(checked.statusCode).to.equal(200);
    const other = await receiver({
      answer: () => ({ status: 503 }),
      head: { status: 301, headers: { location: 'https://example.com/' } },
    });
    expect((await request(other.url, { method: 'HEAD', dispatcher: client })).statusCode).to.equal(301);
    for (const { received, receivedById, requests } of [it, other]) {
      expect([received, receivedById.size, requests.length]).to.deep.equal([0, 0, 0]);
    }
  });

  it('has a port that refuses connections', async () => {
    expect((await failure(post(`https://127.0.0.1:${await refusingPort(ca)}`, 'one'))).code).to.equal('ECONNREFUSED');
  });

  it('runs in a process of its own', async () => {
    const it = await ReceiverProcess.start({ status: 202, body: 'taken' });
    toClose.push({ close: () => it.stop() });
    const trusting = new Agent({ connect: { ca: it.caPem } });
    toClose.push({ close: () => trusting.destroy() });
    for (const id of ['one', 'two', 'one']) {
      const headers = { 'webhook-id': id };
      const answer = await request(it.url, { method: 'POST', headers, body: '{}', dispatcher: trusting });
      expect([answer.statusCode, await answer.body.text()]).to.deep.equal([202, 'taken']);
    }
    expect(await it.counts()).to.deep.equal({ received: 3, webhookIds: 2 });
  });

  const REFUSALS: Record<Exclude<CertificateKind, 'trusted'>, string> = {
    'self-signed': 'DEPTH_ZERO_SELF_SIGNED_CERT',
    expired: 'CERT_HAS_EXPIRED',
    'not-yet-valid': 'CERT_NOT_YET_VALID',
    'wrong-name': 'ERR_TLS_CERT_ALTNAME_INVALID',
  };
  for (const [certificate, code] of Object.entries(REFUSALS)) {
    it(`is refused for a certificate that is ${certificate}, before it gets a request`, async () => {
      const it = await receiver({ answer: () => ({ status: 200 }), certificate: certificate as CertificateKind });
      expect((await failure(post(it.url, 'one'))).code).to.equal(code);
      expect(it.received).to.equal(0);
    });
  }
});
