import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer, type Server, type TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import {
  type AttemptOutcome,
  classify,
  codeOf,
  type HttpAnswer,
  type NoAnswer,
} from '../../../src/domain/delivery/outcome.js';
import {
  DEFAULT_SENDER_LIMITS,
  UndiciWebhookSender,
} from '../../../src/infrastructure/http-sender/undici-webhook-sender.js';
import { CertificateAuthority, type CertificateKind } from '../../support/certificate-authority.js';
import { type Answer, type Receiver, refusingPort, startReceiver } from '../../support/receiver.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { THIS_MACHINE } from '../../support/this-machine.js';

describe('Sending over HTTPS', () => {
  const folder = temporaryFolder();
  let ca: CertificateAuthority;
  let sender: UndiciWebhookSender;
  let receiver: Receiver | undefined;
  let raw: Server | undefined;

  before(async () => {
    ca = await CertificateAuthority.create();
    writeFileSync(join(folder.path, 'ca.pem'), ca.pem);
  });
  beforeEach(() => {
    sender = new UndiciWebhookSender(DEFAULT_SENDER_LIMITS, THIS_MACHINE, join(folder.path, 'ca.pem'));
  });
  afterEach(async () => {
    await sender.close();
    await receiver?.close();
    receiver = undefined;
    raw?.close();
    raw = undefined;
  });
  after(() => folder.remove());

  const listen = async (answer: () => Answer, certificate: CertificateKind = 'trusted') => {
    receiver = await startReceiver({ ca, answer, certificate, keepRequests: 10 });
    return receiver;
  };
  /** A server that answers each request by hand, over TLS. */
  const listenRaw = async (answer: (socket: TLSSocket) => void) => {
    const request = Promise.withResolvers<string>();
    const end = Promise.withResolvers<void>();
    const server = createTlsServer(await ca.certificate(), (socket) => {
      socket.on('error', () => {});
      socket.on('close', () => end.resolve());
      socket.once('data', (head) => {
        request.resolve(head.toString('latin1'));
        answer(socket);
      });
    });
    raw = server;
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as { port: number };
    return { port, requestHead: request.promise, closed: end.promise };
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

  for (const status of [300, 301, 302, 303, 304, 307, 308]) {
    it(`never follows a redirect (${status}), and does not try it again`, async () => {
      const { url } = await listen(() => ({ status, headers: { location: '/elsewhere' } }));
      const outcome = await send(url);
      expect(outcome).to.deep.include({ kind: 'answer', statusCode: status });
      expect(classify(outcome)).to.equal('skip');
      expect(codeOf(outcome)).to.equal(String(status));
      expect(receiver?.received).to.equal(1);
    });
  }

  it('asks for no compression, and takes a compressed answer as the bytes that it is', async () => {
    // 64 MiB of zeros in about 64 KiB.
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const { port, requestHead } = await listenRaw((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`);
      socket.write(bomb);
    });
    const outcome = await send(`https://127.0.0.1:${port}/`);
    expect(outcome).to.deep.include({ kind: 'answer', statusCode: 200 });
    expect((outcome as HttpAnswer).responseBody).to.equal(bomb.subarray(0, 1024).toString('utf8').toWellFormed());
    expect(await requestHead).to.match(/^POST \/ HTTP\/1\.1\r\n/);
    expect(await requestHead).not.to.match(/^accept-encoding:/im);
  });

  it('stops reading an answer without end', async () => {
    let written = 0;
    const { port, closed } = await listenRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
      const write = (): void => {
        while (!socket.destroyed && socket.write(chunk)) written += chunk.length;
      };
      socket.on('drain', write);
      write();
    });
    expect(await send(`https://127.0.0.1:${port}/`)).to.deep.include({
      kind: 'answer',
      statusCode: 200,
      responseBody: 'x'.repeat(1024),
    });
    await closed;
    // What is under way in the buffers of both sides comes on top of the 64 KiB.
    expect(written).to.be.below(32 * 1024 * 1024);
  });

  it('gives up on an answer that drips, when the time of the whole attempt is over', async () => {
    const { port } = await listenRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      const drip = setInterval(() => socket.write('1\r\nx\r\n'), 20);
      socket.on('close', () => clearInterval(drip));
    });
    const hasty = new UndiciWebhookSender(
      { ...DEFAULT_SENDER_LIMITS, totalMs: 200, bodyMs: 150 },
      THIS_MACHINE,
      join(folder.path, 'ca.pem'),
    );
    const outcome = await send(`https://127.0.0.1:${port}/`, hasty);
    expect(outcome).to.deep.include({ kind: 'no-answer', error: 'timeout' });
    expect((outcome as NoAnswer).message).to.match(/No complete answer within 200 ms/);
    await hasty.close();
  });

  it('gives up on headers without end', async () => {
    const { port } = await listenRaw((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${`x: ${'y'.repeat(1000)}\r\n`.repeat(1_000)}`);
    });
    const outcome = await send(`https://127.0.0.1:${port}/`);
    expect(outcome).to.deep.include({ kind: 'no-answer', error: 'protocol' });
    expect(classify(outcome)).to.equal('skip');
  });

  it('keeps the beginning of an answer, and stops reading a long one', async () => {
    const { url } = await listen(() => ({ status: 500, body: 'x'.repeat(1_000_000) }));
    const outcome = await send(url);
    expect(outcome).to.deep.include({ kind: 'answer', statusCode: 500, responseBody: 'x'.repeat(1024) });
  });

  for (const kind of ['self-signed', 'expired', 'not-yet-valid', 'wrong-name'] as const) {
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
    const strict = new UndiciWebhookSender(DEFAULT_SENDER_LIMITS, THIS_MACHINE);
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
    const hasty = new UndiciWebhookSender(
      { ...DEFAULT_SENDER_LIMITS, totalMs: 200 },
      THIS_MACHINE,
      join(folder.path, 'ca.pem'),
    );
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
