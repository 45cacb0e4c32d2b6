import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { type AttemptOutcome, classify } from '../../../src/domain/delivery/outcome.js';
import { AddressPolicy } from '../../../src/infrastructure/http-sender/address-policy.js';
import type { Resolve } from '../../../src/infrastructure/http-sender/checked-lookup.js';
import {
  DEFAULT_SENDER_LIMITS,
  UndiciWebhookSender,
} from '../../../src/infrastructure/http-sender/undici-webhook-sender.js';
import { CertificateAuthority } from '../../support/certificate-authority.js';
import { startReceiver } from '../../support/receiver.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const ALL_PORTS = [{ from: 1, to: 65_535 }];

/** Says of each name what it is given, one answer after the other, and the last one again and again. */
function resolving(...answers: (readonly string[])[]): Resolve & { asked: string[] } {
  const asked: string[] = [];
  const resolve: Resolve = (hostname, _options, callback) => {
    const addresses = answers[Math.min(asked.length, answers.length - 1)] ?? [];
    asked.push(hostname);
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return Object.assign(resolve, { asked });
}

describe('Requests to where none may go', () => {
  const listeners: Server[] = [];
  let connections = 0;
  let port: number;
  let hasIPv6 = true;
  const senders: UndiciWebhookSender[] = [];

  const listen = async (host: string, at: number): Promise<number> => {
    const listener = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    listener.listen(at, host);
    await once(listener, 'listening');
    listeners.push(listener);
    return (listener.address() as AddressInfo).port;
  };

  before(async () => {
    port = await listen('127.0.0.1', 0);
    try {
      await listen('::1', port);
    } catch {
      // A machine without IPv6; there nothing could connect anyway.
      hasIPv6 = false;
    }
  });
  beforeEach(() => {
    connections = 0;
  });
  afterEach(async () => {
    await Promise.all(senders.splice(0).map((sender) => sender.close()));
  });
  after(() => {
    for (const listener of listeners) listener.close();
  });

  const senderWith = (policy: AddressPolicy, resolve?: Resolve, extraCa?: string): UndiciWebhookSender => {
    const limits = { ...DEFAULT_SENDER_LIMITS, connectionsPerOrigin: 1 };
    const sender = new UndiciWebhookSender(limits, policy, extraCa, resolve);
    senders.push(sender);
    return sender;
  };
  const send = (sender: UndiciWebhookSender, url: string): Promise<AttemptOutcome> =>
    sender.send({ url, headers: {}, body: '{}' });
  const messageOf = (outcome: AttemptOutcome): string => {
    expect(outcome).to.deep.include({ kind: 'no-answer', error: 'address_refused' });
    expect(classify(outcome)).to.equal('skip');
    return (outcome as { message: string }).message;
  };

  const strict = new AddressPolicy([], ALL_PORTS);

  /** A URL's host, and what is said to be wrong with it. */
  const HOSTS: [host: string, says: string][] = [
    ['127.0.0.1', '127.0.0.1 is a loopback address'],
    ['2130706433', '127.0.0.1 is a loopback address'],
    ['0x7f.1', '127.0.0.1 is a loopback address'],
    ['0x7F000001', '127.0.0.1 is a loopback address'],
    ['127.1', '127.0.0.1 is a loopback address'],
    ['127.0.1', '127.0.0.1 is a loopback address'],
    ['017700000001', '127.0.0.1 is a loopback address'],
    ['0177.0.0.1', '127.0.0.1 is a loopback address'],
    ['127.0.0.1.', '127.0.0.1 is a loopback address'],
    ['１２７.０.０.１', '127.0.0.1 is a loopback address'],
    ['127%2e0%2e0%2e1', '127.0.0.1 is a loopback address'],
    ['0', '0.0.0.0 is the unspecified address'],
    ['0.0.0.0', '0.0.0.0 is the unspecified address'],
    ['10.0.0.1', '10.0.0.1 is a private address'],
    ['169.254.169.254', '169.254.169.254 is a cloud metadata address'],
    ['2852039166', '169.254.169.254 is a cloud metadata address'],
    ['[::1]', '::1 is a loopback address'],
    ['[::]', ':: is the unspecified address'],
    ['[::ffff:127.0.0.1]', '::ffff:7f00:1 is an IPv4-mapped form of a loopback address'],
    ['[::ffff:7f00:1]', '::ffff:7f00:1 is an IPv4-mapped form of a loopback address'],
    ['[0:0:0:0:0:FFFF:7F00:0001]', '::ffff:7f00:1 is an IPv4-mapped form of a loopback address'],
    ['[64:ff9b::127.0.0.1]', '64:ff9b::7f00:1 is a NAT64 form of a loopback address'],
    ['[::127.0.0.1]', '::7f00:1 is an IPv4-compatible address'],
    ['[fe80::1]', 'fe80::1 is a link-local address'],
    ['localhost', 'localhost leads to '],
    ['LOCALHOST', 'localhost leads to '],
  ];
  for (const [host, says] of HOSTS) {
    it(`https://${host}/ is refused before any connection`, async () => {
      const message = messageOf(await send(senderWith(strict), `https://${host}:${port}/`));
      expect(message).to.include(`Nothing was sent: ${says}`);
      expect(message).to.match(/; if deliveries may go there, name it in HOOKLEDGER_ALLOW_NETWORKS\.$/);
      expect(connections).to.equal(0);
    });
  }

  it('https://LOCALHOST./ is refused, or not found where the resolver takes it for a name of the DNS', async () => {
    const outcome = await send(senderWith(strict), `https://LOCALHOST.:${port}/`);
    expect(outcome).to.have.property('error').that.is.oneOf(['address_refused', 'dns']);
    messageOf(await send(senderWith(strict, resolving(['127.0.0.1'])), `https://LOCALHOST.:${port}/`));
    expect(connections).to.equal(0);
  });

  it('a name is refused that leads to an address which is not public', async () => {
    for (const address of ['127.0.0.1', '10.1.2.3', '169.254.169.254', '::1', '::ffff:127.0.0.1', 'fd00:ec2::254']) {
      const message = messageOf(await send(senderWith(strict, resolving([address])), `https://a.example:${port}/`));
      expect(message).to.include(`a.example leads to ${address}, which is `);
    }
    expect(connections).to.equal(0);
  });

  it('a name is refused that leads to a public address and to another one, in either order', async () => {
    for (const addresses of [
      ['93.184.215.14', '127.0.0.1'],
      ['127.0.0.1', '93.184.215.14'],
      ['2606:4700::1111', '::1'],
    ]) {
      messageOf(await send(senderWith(strict, resolving(addresses)), `https://a.example:${port}/`));
    }
    expect(connections).to.equal(0);
  });

  it('a name without an address is one that may get one', async () => {
    const outcome = await send(senderWith(strict, resolving([])), `https://a.example:${port}/`);
    expect(outcome).to.deep.include({ error: 'dns' });
    expect(classify(outcome)).to.equal('retry');
  });

  it('a port is refused that was not allowed', async () => {
    const message = messageOf(
      await send(senderWith(new AddressPolicy(['127.0.0.0/8'], [])), `https://127.0.0.1:${port}/`),
    );
    expect(message).to.equal(
      `Nothing was sent: the port ${port} is not 443; if deliveries may go there, name it in HOOKLEDGER_ALLOW_PORTS.`,
    );
    expect(connections).to.equal(0);
  });

  it('the listener would have been reached otherwise', async () => {
    const allowed = new AddressPolicy(['127.0.0.0/8', '::1/128'], ALL_PORTS);
    await send(senderWith(allowed), `https://127.0.0.1:${port}/`);
    expect(connections).to.equal(1);
    await send(senderWith(allowed), `https://[::ffff:127.0.0.1]:${port}/`);
    expect(connections).to.equal(2);
    if (hasIPv6) {
      await send(senderWith(allowed), `https://[::1]:${port}/`);
      expect(connections).to.equal(3);
    }
  });

  describe('by a name that is bound again', () => {
    const folder = temporaryFolder();
    let ca: CertificateAuthority;
    before(async () => {
      ca = await CertificateAuthority.create();
      writeFileSync(join(folder.path, 'ca.pem'), ca.pem);
    });
    after(() => folder.remove());

    // 127.0.0.2 plays the public address: it is allowed, and 127.0.0.1, where the listener is, is not.
    const onlyTwo = new AddressPolicy(['127.0.0.2/32'], ALL_PORTS);

    it('go to the address that was checked, without another look-up', async () => {
      const receiver = await startReceiver({ ca, answer: () => ({ status: 200 }), host: '127.0.0.2' });
      try {
        const resolve = resolving(['127.0.0.2'], ['127.0.0.1']);
        const sender = senderWith(onlyTwo, resolve, join(folder.path, 'ca.pem'));
        const url = `https://localhost:${receiver.port}/`;
        expect(await send(sender, url)).to.deep.include({ kind: 'answer', statusCode: 200 });
        expect(await send(sender, url), 'over the same connection').to.deep.include({ statusCode: 200 });
        expect(resolve.asked).to.deep.equal(['localhost']);
        expect(receiver.received).to.equal(2);
      } finally {
        await receiver.close();
      }
    });

    it('are refused once a new connection is needed', async () => {
      const receiver = await startReceiver({
        ca,
        answer: () => ({ status: 200, headers: { connection: 'close' } }),
        host: '127.0.0.2',
      });
      const onTheSamePort = await startReceiver({
        ca,
        answer: () => ({ status: 200 }),
        host: '127.0.0.1',
        port: receiver.port,
      });
      try {
        const resolve = resolving(['127.0.0.2'], ['127.0.0.1']);
        const sender = senderWith(onlyTwo, resolve, join(folder.path, 'ca.pem'));
        const url = `https://localhost:${receiver.port}/`;
        expect(await send(sender, url)).to.deep.include({ kind: 'answer', statusCode: 200 });
        messageOf(await send(sender, url));
        expect(resolve.asked).to.have.lengthOf(2);
        expect([receiver.received, onTheSamePort.received]).to.deep.equal([1, 0]);
      } finally {
        await receiver.close();
        await onTheSamePort.close();
      }
    });
  });
});
