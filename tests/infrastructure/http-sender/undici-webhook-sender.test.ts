import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import type { AttemptOutcome } from '../../../src/domain/delivery/outcome.js';
import { classify } from '../../../src/domain/delivery/outcome.js';
import {
  DEFAULT_SENDER_LIMITS,
  UndiciWebhookSender,
} from '../../../src/infrastructure/http-sender/undici-webhook-sender.js';
import { CertificateAuthority, type CertificateKind } from '../../support/certificate-authority.js';
import { type Answer, type Receiver, refusingPort, startReceiver } from '../../support/receiver.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('Sending over HTTPS', () => {
  const folder = temporaryFolder();
  let ca: CertificateAuthority;
  let sender: UndiciWebhookSender;
  let receiver: Receiver | undefined;

  before(async () => {
    ca = await CertificateAuthority.create();
    writeFileSync(join(folder.path, 'ca.pem'), ca.pem);
  });
  beforeEach(() => {
    sender = new UndiciWebhookSender(DEFAULT_SENDER_LIMITS, join(folder.path, 'ca.pem'));
  });
  afterEach(async () => {
    await sender.close();
    await receiver?.close();
    receiver = undefined;
  });
  after(() => folder.remove());

  const listen = async (answer: () => Answer, certificate: CertificateKind = 'trusted') => {
    receiver = await startReceiver({ ca, answer, certificate, keepRequests: 10 });
    return receiver;
  };
  const send = (url: string, from = sender): Promise<AttemptOutcome> =>
    from.send({ url, headers: { 'content-type': 'application/json', 'x-own': 'é' }, body: '{"name":"Zoë"}' });

  it('posts the bytes as they are, with the headers given', async () => {
    const { url, requests } = await listen(() => ({ status: 200, body: 'thanks' }));
    const outcome = await send(`${url}/hooks/a?b=1%202`);
    expect(outcome).to.deep.include({ kind: 'answer', statusCode: 200, responseBody: 'thanks' });
    expect(requests[0]).to.deep.include({ method: 'POST', path: '/hooks/a?b=1%202', body: '{"name":"Zoë"}' });
    expect(requests[0]?.headers).to.deep.include({ 'content-type': 'application/json', 'content-length': '15' });
  });

  it('reads what Retry-After asks for', async () => {
    const { url } = await listen(() => ({ status: 429, headers: { 'retry-after': '7' } }));
    expect(await send(url)).to.deep.include({ statusCode: 429, retryAfterMs: 7_000 });
  });

  it('never follows a redirect', async () => {
    const { url } = await listen(() => ({ status: 302, headers: { location: '/elsewhere' } }));
    expect(await send(url)).to.deep.include({ kind: 'answer', statusCode: 302 });
    expect(receiver?.received).to.equal(1);
  });

  it('keeps the beginning of an answer, and stops reading a long one', async () => {
    const { url } = await listen(() => ({ status: 500, body: 'x'.repeat(1_000_000) }));
    const outcome = await send(url);
    expect(outcome).to.deep.include({ kind: 'answer', statusCode: 500, responseBody: 'x'.repeat(1024) });
  });

  for (const kind of ['self-signed', 'expired', 'wrong-name'] as const) {
    it(`takes a certificate that is ${kind} for no answer, and not for a reason to try again`, async () => {
      const { url } = await listen(() => ({ status: 200 }), kind);
      const outcome = await send(url);
      expect(outcome).to.deep.include({ kind: 'no-answer', error: 'certificate' });
      expect(classify(outcome)).to.equal('skip');
      expect(receiver?.received).to.equal(0);
    });
  }

  it('trusts nobody but the well-known authorities where no other was given', async () => {
    const { url } = await listen(() => ({ status: 200 }));
    const strict = new UndiciWebhookSender(DEFAULT_SENDER_LIMITS);
    expect(await send(url, strict)).to.deep.include({ kind: 'no-answer', error: 'certificate' });
    await strict.close();
  });

  it('names a refused connection', async () => {
    expect(await send(`https://127.0.0.1:${await refusingPort(ca)}/`)).to.deep.include({
      kind: 'no-answer',
      error: 'connection_refused',
    });
  });

  it('names a cut connection', async () => {
    const { url } = await listen(() => 'reset');
    expect(await send(url)).to.deep.include({ kind: 'no-answer', error: 'connection_reset' });
  });

  it('names a host that does not exist', async () => {
    expect(await send('https://no-such-host.invalid/')).to.deep.include({ kind: 'no-answer', error: 'dns' });
  });

  it('gives up on a receiver that never answers', async () => {
    const { url } = await listen(() => 'hang');
    const hasty = new UndiciWebhookSender({ ...DEFAULT_SENDER_LIMITS, totalMs: 200 }, join(folder.path, 'ca.pem'));
    const outcome = await send(url, hasty);
    expect(outcome).to.deep.include({ kind: 'no-answer', error: 'timeout' });
    expect(classify(outcome)).to.equal('retry');
    await hasty.close();
  });

  it('names an answer that is no TLS', async () => {
    const plain = createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 200 OK\r\n\r\n'));
    await new Promise<void>((listening) => plain.listen(0, '127.0.0.1', listening));
    const { port } = plain.address() as { port: number };
    expect(await send(`https://127.0.0.1:${port}/`)).to.deep.include({ kind: 'no-answer', error: 'protocol' });
    plain.close();
  });
});
